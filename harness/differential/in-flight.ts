// SPDX-License-Identifier: BSD-2-Clause
/**
 * Follows the interrupts of a program through its acts: which of them the guest has changed after they may have been in
 * a list register, and their priorities. Judges differences in the order and number of interrupts.
 */
import { gicAt, gicBit, gicBitSize, privateIntids, redistributor, sgis, virtualTimer } from './gic.js';
import { isEmulated, page, pagesOf } from './pages.js';
import type { Act, Exec, Program } from './program.js';
import { target } from './protocol.js';

/** A write to registers of the interrupt controller. */
interface Write {
  /** The CPU whose private interrupts it concerns. */
  cpu: number;
  /** Offset in the distributor, or in the frame for SGIs and PPIs of a redistributor. */
  offset: number;
  bytes: number;
  /** `undefined` when the value is a register that nobody has set. */
  value: number | undefined;
}

/** Registers that withdraw, or give to another group or state, what may be in a list register. */
const late: readonly number[] = [
  gicBit.group,
  gicBit.disable,
  gicBit.unpend,
  gicBit.activate,
  gicBit.deactivate,
];

/** An interrupt: private ones belong to a CPU. */
export const keyOf = (cpu: number, intid: number): number =>
  intid < privateIntids ? cpu * privateIntids + intid : 4 * privateIntids + intid;

export const cpuOf = (act: Act | undefined): number => act?.cpu ?? 0;

/** The offset that x0 of an act has in the interrupt controller, and the CPU of its frame. */
export function gicPlace(exec: Exec): { cpu: number; offset: number } | undefined {
  const at = exec.registers.find(({ id }) => id === 0)?.value;
  if (at?.code === 'gicd') return { cpu: cpuOf(exec), offset: Number(at.value) };
  if (at?.code !== 'gicr') return undefined;
  const place = Number(at.value);
  return {
    cpu: place >>> redistributor.bits,
    offset: (place & ((1 << redistributor.bits) - 1)) - redistributor.sgiFrame,
  };
}

/** Writes to the interrupt controller of the act at index `place`. */
function writesOf(program: Program, place: number): Write[] {
  const act = program.acts[place];
  if (act?.kind !== 'exec') return [];
  const at = gicPlace(act);
  const form = /^str(b?) [wx]1, \[x0\]/.exec(act.text[0] ?? '');
  if (at !== undefined && form !== null) {
    const value = act.registers.find(({ id }) => id === 1)?.value;
    return [{ ...at, bytes: form[1] === 'b' ? 1 : 4, value: value && Number(value.value) }];
  }
  const { access } = act;
  if (access === undefined || !access.store) return [];
  const [first, second] = pagesOf(program, place, access);
  const offset = access.address & (page - 1);
  const inFirst = Math.min(access.bytes, page - offset);
  const of = (met: typeof first, from: number, bytes: number): Write[] =>
    met !== undefined && isEmulated(met) && met.target === target.gicd && bytes > 0
      ? [{ cpu: cpuOf(act), offset: from, bytes, value: undefined }]
      : [];
  return [...of(first, offset, inFirst), ...of(second, 0, access.bytes - inFirst)];
}

/** INTIDs of set bits, where `offset` is in a register with one bit for each INTID from `base` on. */
function inBitmap({ offset, bytes, value }: Write, base: number): number[] {
  const first = (offset - base) * 8;
  return Array.from({ length: 8 * bytes }, (_, bit) => bit)
    .filter((bit) => value === undefined || ((value >>> bit) & 1) === 1)
    .map((bit) => first + bit);
}

const within = (offset: number, base: number, size: number): boolean =>
  offset >= base && offset < base + size;

/** INTIDs that a write changes in a way that may be too late for one in a list register. */
function changedBy(write: Write): number[] {
  const { offset, bytes } = write;
  for (const base of late) if (within(offset, base, gicBitSize)) return inBitmap(write, base);
  const bytewise = within(offset, gicAt.priority, gicAt.targets - gicAt.priority)
    ? gicAt.priority
    : gicAt.targets;
  if (within(offset, bytewise, gicAt.targetsEnd - gicAt.targets))
    return Array.from({ length: bytes }, (_, index) => offset - bytewise + index);
  if (within(offset, gicAt.clearSgi, sgis)) return Array.from({ length: sgis }, (_, intid) => intid);
  if (within(offset, gicAt.routers, 8 * 1000)) return [(offset - gicAt.routers) >> 3];
  return [];
}

const mostCpus = 4;
const everyCpu = (1 << mostCpus) - 1;

/** The targets of a write to GICD_SGIR (IHI 0048B, 4.3.15). */
function targetsOf(value: number, cpu: number): number {
  const filter = (value >>> 24) & 3;
  if (filter === 0) return (value >>> 16) & 0xff;
  return filter === 1 ? everyCpu & ~(1 << cpu) : 1 << cpu;
}

/** The state of interrupts before an act. */
export interface InFlight {
  /** Whether the guest may have changed this interrupt after it was in a list register. */
  isLate(key: number): boolean;
  /** Whether the guest has made it pending, or has set the timer. */
  isPended(key: number): boolean;
  /** Whether the guest has made it pending more than once. */
  isTwice(key: number): boolean;
  /** Its priority; `undefined` when it is not known. */
  priority(key: number): number | undefined;
}

class Follower implements InFlight {
  readonly #late = new Set<number>();
  readonly #pended = new Map<number, number>();
  readonly #priorities = new Map<number, number | undefined>();

  isLate(key: number): boolean {
    return this.#late.has(key);
  }

  isPended(key: number): boolean {
    return this.#pended.has(key);
  }

  isTwice(key: number): boolean {
    return (this.#pended.get(key) ?? 0) > 1;
  }

  priority(key: number): number | undefined {
    return this.#priorities.has(key) ? this.#priorities.get(key) : 0;
  }

  act(program: Program, place: number): void {
    const act = program.acts[place];
    const cpu = cpuOf(act);
    if (act?.kind === 'off') this.#changeAll();
    if (act?.kind !== 'exec') return;
    if (act.text.some((line) => line.startsWith('msr cntv_'))) {
      this.#change(keyOf(cpu, virtualTimer));
      this.#pend(keyOf(cpu, virtualTimer));
    }
    const sent = act.text[0]?.startsWith('msr icc_sgi1r')
      ? act.registers.find(({ id }) => id === 1)
      : undefined;
    if (sent !== undefined) this.#sendV3(cpu, sent.value.value);
    for (const write of writesOf(program, place)) this.#write(write);
  }

  #write(write: Write): void {
    const { cpu, offset, bytes, value } = write;
    if (offset < 4) this.#changeAll();
    if (within(offset, gicAt.sgir, 4)) {
      for (let sgi = 0; sgi < sgis; sgi += 1)
        if (value === undefined) this.#send(sgi, everyCpu);
        else if ((value & 15) === sgi) this.#send(sgi, targetsOf(value, cpu));
    }
    if (within(offset, gicBit.pend, gicBitSize))
      for (const intid of inBitmap(write, gicBit.pend)) this.#pend(keyOf(cpu, intid));
    for (const intid of changedBy(write)) this.#change(keyOf(cpu, intid));
    if (within(offset, gicAt.priority, gicAt.targets - gicAt.priority))
      for (let index = 0; index < bytes; index += 1)
        this.#priorities.set(
          keyOf(cpu, offset - gicAt.priority + index),
          value === undefined ? undefined : (value >>> (8 * index)) & 0xff,
        );
  }

  /** An SGI to the CPUs with a bit in `mask`. */
  #send(sgi: number, mask: number): void {
    for (let cpu = 0; cpu < mostCpus; cpu += 1) if (((mask >>> cpu) & 1) === 1) this.#pend(keyOf(cpu, sgi));
  }

  /** ICC_SGI1R_EL1 (IHI 0069, 12.2.18). */
  #sendV3(cpu: number, value: bigint): void {
    const toOthers = ((value >> 40n) & 1n) === 1n;
    this.#send(Number((value >> 24n) & 15n), toOthers ? everyCpu & ~(1 << cpu) : Number(value & 0xffffn));
  }

  /** A change is late only for an interrupt that was made pending before. */
  #change(key: number): void {
    if (this.#pended.has(key)) this.#late.add(key);
  }

  #changeAll(): void {
    for (const key of this.#pended.keys()) this.#late.add(key);
  }

  #pend(key: number): void {
    this.#pended.set(key, (this.#pended.get(key) ?? 0) + 1);
  }
}

/** The state of interrupts before the act at index `place`. */
export function inFlightBefore(program: Program, place: number): InFlight {
  const follower = new Follower();
  for (let before = 0; before < place; before += 1) follower.act(program, before);
  return follower;
}
