// SPDX-License-Identifier: BSD-2-Clause
/**
 * Maps interrupts to slots of the model's state, which holds them 32 to a word, as the registers do. INTIDs 0 to 31 are
 * private to each vCPU (IHI 0048B, 2.2.1), so word 0 exists once for each vCPU. {@link wordOf} gives the index of a
 * word, {@link slotOf} the slot of an interrupt.
 */

export const maxVcpus = 4;
/** INTIDs 1020 to 1023 are special (IHI 0048B, 3.2.5). */
export const maxIntids = 1020;
export const wordCount = maxVcpus + 31;
export const slots = wordCount * 32;
/** Slots from here on are those of SPIs. */
export const privateSlots = maxVcpus * 32;

/** INTIDs that a read of IAR gives when there is nothing to take (IHI 0048B, 3.2.5). */
export const special = { groupOne: 1022, spurious: 1023 } as const;

/** Index of word `n` (INTIDs 32n to 32n+31) as `vcpu` sees it. */
export const wordOf = (vcpu: number, n: number): number => (n === 0 ? vcpu : maxVcpus - 1 + n);
export const slotOf = (vcpu: number, intid: number): number => wordOf(vcpu, intid >>> 5) * 32 + (intid & 31);
/** The INTID of a slot. */
export const intidOf = (slot: number): number =>
  slot < privateSlots ? slot & 31 : slot - (maxVcpus - 1) * 32;
