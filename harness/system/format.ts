// SPDX-License-Identifier: BSD-2-Clause
/** Formats addresses and sizes for people. */
import { formatHex } from './values.js';

/** `[0x9_000_000..0x9_002_000)`, without the end itself. */
export const formatRange = ({ base, end }: { base: number; end: number }) =>
  `[${formatHex(base)}..${formatHex(end)})`;

const units = ['KiB', 'MiB', 'GiB', 'TiB'];

/** `4 KiB`, `256 MiB`: in the largest unit that divides the size, or in bytes. */
export function formatSize(bytes: number): string {
  let text = `${bytes} bytes`;
  for (const [index, unit] of units.entries()) {
    const size = 1024 ** (index + 1);
    if (bytes >= size && bytes % size === 0) text = `${bytes / size} ${unit}`;
  }
  return text;
}
