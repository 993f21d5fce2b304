// SPDX-License-Identifier: BSD-2-Clause
/** The page size (4 KiB granule) that system descriptions and guests use. */
export const smallPage = 0x1000;
export const largePage = 0x20_0000;
