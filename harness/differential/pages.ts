// SPDX-License-Identifier: BSD-2-Clause
/** The pages behind the slots of the windows when an act runs. */
import type { Access, Program, SlotSetting } from './program.js';
import { arenaPages, target, windowSlots } from './protocol.js';

export const page = 0x1000;

/** Descriptor bits in the layout of `SlotSetting.attributes`. */
export const attribute = {
  index: (n: number) => n,
  userAccess: 1 << 4,
  readOnly: 1 << 5,
  innerShareable: 3 << 6,
  accessFlag: 1 << 8,
  notGlobal: 1 << 9,
  contiguous: 1 << 11,
  pxn: 1 << 12,
  uxn: 1 << 13,
  page: 3 << 14,
} as const;

/** AttrIndx of Normal write-back memory in the guest's MAIR_EL1. The other types are in tables.c. */
export const normal = 1;

/** The slot of a virtual address; `undefined` outside the windows. */
export function slotAt(address: number): number | undefined {
  const number = Math.floor(address / page);
  if (number >= 0 && number < windowSlots / 2) return number;
  return number < 0 && number >= -windowSlots / 2 ? number + windowSlots : undefined;
}

/** The default setting of a slot. */
export const usualSetting = (slot: number): SlotSetting => ({
  slot,
  target: slot % arenaPages,
  attributes:
    attribute.index(normal) |
    attribute.userAccess |
    attribute.innerShareable |
    attribute.accessFlag |
    attribute.page,
});

/** Whether a page is in the frame of the distributor, which a VMM emulates. */
export const isEmulated = ({ target: where }: SlotSetting): boolean =>
  where === target.gicd || where === target.gicdNext;

/** Whether stage 1 does not permit an access to the page. */
export function refuses({ attributes }: SlotSetting, el: 0 | 1, store: boolean): boolean {
  const has = (bits: number) => (attributes & bits) === bits;
  return (
    !has(attribute.page) ||
    !has(attribute.accessFlag) ||
    (store && has(attribute.readOnly)) ||
    (el === 0 && !has(attribute.userAccess))
  );
}

/** The pages of an access by the act at index `place`; `undefined` outside the windows. */
export function pagesOf(
  program: Program,
  place: number,
  { address, bytes }: Access,
): (SlotSetting | undefined)[] {
  const settings = new Map(program.slots.map((setting) => [setting.slot, setting]));
  for (const act of program.acts.slice(0, place)) if (act.kind === 'slot') settings.set(act.slot, act);
  const at = (offset: number) => {
    const slot = slotAt(offset);
    return slot === undefined ? undefined : (settings.get(slot) ?? usualSetting(slot));
  };
  const [first, last] = [at(address), at(address + bytes - 1)];
  return Math.floor(address / page) === Math.floor((address + bytes - 1) / page) ? [first] : [first, last];
}

/**
 * Whether a GIC has to support the size of an access: words, and bytes in the range where all registers support them
 * (IHI 0048B, 4.1.4; IHI 0069, 12.1.3).
 */
export const isGicAccess = ({ address, element }: Access): boolean =>
  element === 4 ? address % 4 === 0 : element === 1 && address % page >= 0x400 && address % page < 0xc00;

/**
 * Whether an access touches an identification register: TYPER, IIDR, or those at the end of the page (IHI 0048B, 4.3).
 */
export function touchesIdentity(pages: readonly SlotSetting[], { address, bytes }: Access): boolean {
  const gicd = pages.some(({ target: where }) => where === target.gicd);
  const meets = (from: number, to: number) =>
    Array.from({ length: bytes }, (_, index) => (address + index) & (page - 1)).some(
      (at) => at >= from && at < to,
    );
  return gicd && (meets(4, 12) || meets(0xfd0, 0x1000));
}
