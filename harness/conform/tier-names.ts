// SPDX-License-Identifier: BSD-2-Clause
/** Values of `--tier`. */

/** Tiers with a VMM; `board` is the board of a lab file. */
export const tierNames = ['host', 'host-gicv3', 'qemu', 'qemu-gicv3', 'board'] as const;
export type TierName = (typeof tierNames)[number];

/** Machines without a VMM: with a GICv2, and with a GICv3. */
export const bareNames = ['bare', 'bare-gicv3'] as const;
export type BareName = (typeof bareNames)[number];

export const tierWords = [...tierNames, ...bareNames, 'all'] as const;
export type TierWord = (typeof tierWords)[number];

export const isBare = (word: TierWord): word is BareName => bareNames.includes(word as BareName);
