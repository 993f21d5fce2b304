// SPDX-License-Identifier: BSD-2-Clause
/** Pages of the 4 KiB granule that system descriptions and guests are laid out in. */
export const smallPage = 0x1000;
export const largePage = 0x20_0000;
