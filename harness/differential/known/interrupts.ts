// SPDX-License-Identifier: BSD-2-Clause
/** Differences in which interrupts are taken, and when. */
import { cpuOf, gicPlace, type InFlight, inFlightBefore, keyOf } from '../in-flight.js';
import type { Seen } from '../log.js';
import type { Act } from '../program.js';
import type { Context, Known } from './context.js';

const intidMask = 0x3ffn;
const firstSpecial = 1020n;
const senderMask = 0x1c00n;

/** The INTIDs that an act has taken, in their order. */
function taken(seen: Seen): number[] {
  return [...seen]
    .filter(([field]) => field.startsWith('INTID'))
    .map(([, value]) => value & intidMask)
    .filter((intid) => intid < firstSpecial)
    .map(Number);
}

/** Elements of `list` beyond those of `other`. */
function beyond(list: readonly number[], other: readonly number[]): number[] {
  const left = [...other];
  return list.filter((one) => {
    const place = left.indexOf(one);
    if (place >= 0) left.splice(place, 1);
    return place < 0;
  });
}

/** INTIDs that only one machine has taken in this act. */
function onlyOne({ bare, vmm }: Context): number[] {
  const [mine, theirs] = [taken(bare), taken(vmm)];
  return [...beyond(mine, theirs), ...beyond(theirs, mine)];
}

/** INTIDs whose bits differ in a load from a register with one bit for each. */
function differingBits({ difference: { act, fields } }: Context): number[] | undefined {
  if (act?.kind !== 'exec' || !act.text[0]?.startsWith('ldr w2, [x0]')) return undefined;
  const place = gicPlace(act);
  const [only, ...others] = fields;
  if (place === undefined || place.offset < 0x100 || place.offset >= 0x400) return undefined;
  if (only?.field !== 'x2' || others.length > 0) return undefined;
  const bits = Number((only.bare ?? 0n) ^ (only.vmm ?? 0n));
  const first = (place.offset & 0x7f) * 8;
  return Array.from({ length: 32 }, (_, bit) => bit)
    .filter((bit) => ((bits >>> bit) & 1) === 1)
    .map((bit) => first + bit);
}

/** Whether such interrupts that `is` accepts explain what differs in an act. */
function concerns(context: Context, is: (flight: InFlight, key: number) => boolean): boolean {
  const { difference, program, bare, vmm } = context;
  const { act, place } = difference;
  const flight = inFlightBefore(program, place);
  const cpu = act?.kind === 'exec' ? (gicPlace(act)?.cpu ?? cpuOf(act)) : cpuOf(act);
  const accepted = (intid: number) => is(flight, keyOf(cpu, intid));
  const bits = differingBits(context);
  if (bits !== undefined) return bits.length > 0 && bits.every(accepted);
  const [mine, theirs] = [taken(bare), taken(vmm)];
  // As many on both machines: one that comes earlier or later moves others, which are not changed themselves.
  if (mine.length === theirs.length)
    return [...mine, ...theirs].some(
      (intid, at) => accepted(intid) && mine[at % mine.length] !== theirs[at % mine.length],
    );
  return onlyOne(context).every(accepted);
}

/** Whether both machines take interrupts that are pending, in another order, which their priorities leave open. */
function isOtherOrder(context: Context, level: (priority: number) => number): boolean {
  const { act, place, fields } = context.difference;
  if (!fields.every(({ field }) => field.startsWith('INTID'))) return false;
  const flight = inFlightBefore(context.program, place);
  const [mine, theirs] = [context.bare, context.vmm].map((seen) =>
    taken(seen).map((intid) => keyOf(cpuOf(act), intid)),
  );
  if (mine?.length !== theirs?.length) return false;
  return (mine ?? []).every((key, at) => {
    const other = theirs?.[at] ?? key;
    if (!flight.isPended(key) || !flight.isPended(other)) return false;
    const [first, second] = [flight.priority(key), flight.priority(other)];
    return first === undefined || second === undefined || level(first) === level(second);
  });
}

const isOnRedistributor = (act: Act): boolean =>
  act.kind === 'exec' && act.registers.some(({ value }) => value.code === 'gicr');

export const ofInterrupts: readonly Known[] = [
  {
    id: 'list registers',
    why: 'an interrupt that is already in a list register can be taken after the guest has disabled, cleared or changed it',
    source: 'docs/known-issues.md: seL4 gives no way to read or withdraw a list register',
    ends: true,
    explains: (context) => concerns(context, (flight, key) => flight.isLate(key)),
  },
  {
    id: 'pended twice',
    why: 'an interrupt that is made pending again while it is in a list register may be taken twice',
    source: 'docs/known-issues.md: seL4 gives no way to read or withdraw a list register',
    ends: true,
    explains: (context) => concerns(context, (flight, key) => flight.isTwice(key)),
  },
  {
    id: 'order of equal priorities',
    why: 'the order of pending interrupts with the same priority is open',
    source: 'IHI 0048B 3.3: IMPLEMENTATION DEFINED',
    ends: true,
    explains: (context) => isOtherOrder(context, (priority) => priority),
  },
  {
    id: 'priorities of a GICv3',
    why: 'the kernel puts a priority of 0 to 31 unshifted into a field of eight bits, of which the CPU has the upper five',
    source: 'docs/known-issues.md: priorities on a GICv3, only four levels are distinct',
    ends: true,
    explains: (context) =>
      context.program.acts.some(isOnRedistributor) && isOtherOrder(context, (priority) => priority >> 6),
  },
  {
    id: 'sender of an SGI',
    why: 'GICC_IAR of a virtual CPU interface names CPU 0 as the sender of every SGI',
    source: "docs/known-issues.md: seL4's call that loads a list register has no field for the sender",
    explains: ({ difference: { fields } }) =>
      fields.every(
        ({ field, bare = 0n, vmm = 0n }) =>
          field.startsWith('INTID') && (bare & intidMask) < 16n && ((bare ^ vmm) & ~senderMask) === 0n,
      ),
  },
];
