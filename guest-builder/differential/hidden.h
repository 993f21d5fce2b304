/* SPDX-License-Identifier: BSD-2-Clause */
/* Included before everything else (build.ts). Every symbol is in this image, so that none is
 * reached through a table of addresses, which would need relocation. */
#ifndef __ASSEMBLER__
#pragma GCC visibility push(hidden)
#endif
