// SPDX-License-Identifier: BSD-2-Clause
/** Lines after which waiting is pointless, before and after the image is started. */
import { deadMarkers, type Marker } from '../../markers.js';

/** The first line of U-Boot or of its loader. When it appears again, the board has been reset. */
const banner = /^U-Boot (?:[ST]PL )?20\d\d\.\d\d\S*/;
/** U-Boot's own version. SPL, which runs before it, may have another one. */
export const ownBanner = /^U-Boot 20\d\d\.\d\d\S*/m;

/** While U-Boot controls the board. */
export const ubootMarkers: readonly Marker[] = [
  { who: 'U-Boot', ends: 'machine', line: banner, means: 'the board was reset in the middle of the work' },
  { who: 'U-Boot', ends: 'machine', line: /### ERROR ### Please RESET the board/, means: 'it gave up' },
  { who: 'U-Boot', ends: 'machine', line: /^"Synchronous Abort" handler/, means: 'it crashed' },
];

/** After U-Boot was told to start the image. */
export const startedMarkers: readonly Marker[] = [
  ...deadMarkers,
  {
    who: 'the board',
    ends: 'machine',
    line: banner,
    means: 'it was reset by the image, a watchdog or its power',
  },
  {
    who: 'U-Boot',
    ends: 'machine',
    line: /^(Bad Linux ARM64 Image magic|Wrong Image (Format|Type)|ERROR: cannot get kernel image|Unknown command)/,
    means: 'it refused the image',
  },
];
