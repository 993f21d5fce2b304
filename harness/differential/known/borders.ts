// SPDX-License-Identifier: BSD-2-Clause
/** Differences that the architecture allows at accesses that meet two pages. */
import { pagesOf } from '../pages.js';
import type { Program } from '../program.js';
import { abortOf, external, isJump, type Known } from './context.js';

const nearBorder = (address: number, bytes: number): boolean => {
  const offset = (address + 0x1000) & 0xfff;
  return offset < 0x40 || offset + bytes >= 0xfc0;
};

/** A word of the arena at either end of a page. */
const isAtBorder = (field: string): boolean => nearBorder(Number(field.slice('arena+'.length)), 8);

const hasStoreAcross = (program: Program, before: number): boolean =>
  program.acts
    .slice(0, before)
    .some(
      (act, place) =>
        act.kind === 'exec' && act.access?.store === true && pagesOf(program, place, act.access).length === 2,
    );

export const ofBorders: readonly Known[] = [
  {
    id: 'two faults, one reported',
    why: 'when one page of an access faults in stage 1 and nothing is at the physical address of the other, QEMU may report the second fault',
    source: 'Arm ARM DDI 0487, D8.15.4: the accesses of one instruction have no order',
    ends: true,
    explains: (context) => {
      const { difference, program, bare, vmm } = context;
      const { act, place } = difference;
      if (act?.kind !== 'exec' || act.access === undefined) return false;
      if (pagesOf(program, place, act.access).length < 2) return false;
      return (
        abortOf(bare) === external && abortOf(vmm) !== undefined && abortOf(vmm) !== external && !isJump(act)
      );
    },
  },
  {
    id: 'half of a store that aborts',
    why: 'it is not defined how much of a store across a page boundary is done when one half of it aborts',
    source:
      'Arm ARM DDI 0487, B2.2.1 and D1.3.5: locations of a store that generates an abort become UNKNOWN',
    ends: true,
    explains: ({ difference: { act, fields, place }, program }) => {
      if (!hasStoreAcross(program, place)) return false;
      if (act === undefined)
        return fields.every(({ field }) => !field.startsWith('arena') || isAtBorder(field));
      // The partly stored bytes may also be executed.
      if (act.kind === 'exec' && isJump(act) && act.access !== undefined)
        return nearBorder(act.access.address, act.access.bytes);
      const isValue = fields.every(({ field }) => /^[xv]\d/.test(field));
      return (
        act.kind === 'exec' &&
        act.access !== undefined &&
        isValue &&
        nearBorder(act.access.address, act.access.bytes)
      );
    },
  },
];
