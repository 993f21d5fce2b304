// SPDX-License-Identifier: BSD-2-Clause
/** Where the interrupt controller has what acts write to, and its INTIDs. */

/** Registers with one bit for each INTID (IHI 0048B, 4.3; the same offsets in IHI 0069, 12.8). */
export const gicBit = {
  group: 0x080,
  enable: 0x100,
  disable: 0x180,
  pend: 0x200,
  unpend: 0x280,
  activate: 0x300,
  deactivate: 0x380,
} as const;
/** Bytes of each of them. */
export const gicBitSize = 0x80;

/** Other registers of the distributor: a byte for each INTID, a word, 16 bytes, 8 bytes for each INTID. */
export const gicAt = {
  priority: 0x400,
  targets: 0x800,
  targetsEnd: 0xc00,
  sgir: 0xf00,
  clearSgi: 0xf10,
  routers: 0x6000,
} as const;

/** A redistributor is 2 to the power of `bits` bytes; its registers for SGIs and PPIs begin at `sgiFrame`. */
export const redistributor = { bits: 17, sgiFrame: 0x1_0000 } as const;

export const sgis = 16;
export const privateIntids = 32;
export const virtualTimer = 27;
