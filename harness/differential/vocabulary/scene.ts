// SPDX-License-Identifier: BSD-2-Clause
/** State that the acts of a program share while it is generated: pages and interrupts; and helpers for random draws. */
import type { Random } from 'fast-check';
import { attribute, isEmulated, normal, page, refuses, slotAt, usualSetting } from '../pages.js';
import type { Access, Act, Exec, SlotSetting, Value } from '../program.js';
import { arenaPages, target, windowSlots } from '../protocol.js';

const half = windowSlots / 2;
/** IPRIORITYR of INTIDs 32 to 159 (IHI 0048B, 4.3.11). */
const firstPriority = 0x420;
const priorityBytes = 0x80;

const nothing: readonly number[] = [target.gicdNext, target.hole, target.beyond];

export const plainExec = {
  kind: 'exec',
  el: 1,
  spX: true,
  pstate: 0,
  simd: false,
  sysregs: false,
} as const satisfies Partial<Exec>;

export class Scene {
  readonly #slots = new Map<number, SlotSetting>();
  readonly #borders: number[] = [];
  #usesGic = false;
  readonly #priorities = new Set<number>();
  /** Acts that are known to differ are drawn in few programs. The others can then be compared by digest. */
  readonly rare: boolean;

  #interrupts = false;
  #pending = false;
  #timer = false;

  readonly gic: 2 | 3;
  /** The CPUs of this program. CPU 0 is always one of them. */
  readonly cpus: readonly number[];
  #cpu = 0;
  readonly #off = new Set<number>();

  constructor(
    readonly random: Random,
    { gic, cpus = 1 }: { gic: 2 | 3; cpus?: number },
  ) {
    this.gic = gic;
    this.rare = this.chance(8);
    this.cpus = this.#drawCpus(cpus);
    for (let slot = 0; slot < windowSlots; slot += 1) {
      if (!this.chance(60)) continue;
      this.#slots.set(slot, this.makeSlot(slot));
    }
    for (let slot = 0; slot < windowSlots; slot += 1)
      if (this.#isEmulated(slot) || this.#isEmulated((slot + 1) % windowSlots)) this.#borders.push(slot);
  }

  /** Half of the programs use two CPUs of a machine with more. */
  #drawCpus(of: number): number[] {
    if (of === 1) return [0];
    if (of > 2 && this.chance(50)) return [0, this.int(1, of - 1)];
    return Array.from({ length: of }, (_, cpu) => cpu);
  }

  /** The CPU that performs the acts that are drawn now. */
  get cpu(): number {
    return this.#cpu;
  }

  /** A bit for each CPU besides CPU 0. */
  get cpuMask(): number {
    return this.cpus.reduce((mask, cpu) => mask | (cpu === 0 ? 0 : 1 << cpu), 0);
  }

  /** Goes on with another CPU now and then, because each change costs time. */
  changeCpu(): void {
    if (this.cpus.length === 1 || !this.chance(30)) return;
    this.#cpu = this.pick(this.cpus.filter((cpu) => !this.#off.has(cpu)));
  }

  /** Gives an act the current CPU, unless it has one. */
  readonly onCpu = (act: Act): Act =>
    this.#cpu === 0 || act.cpu !== undefined ? act : { ...act, cpu: this.#cpu };

  /** Switches a CPU other than CPU 0 off or on. */
  switchCpu(): Act {
    const cpu = this.pick(this.cpus.filter((one) => one !== 0));
    const isOn = !this.#off.has(cpu);
    if (isOn && this.chance(85)) {
      this.#off.add(cpu);
      if (this.#cpu === cpu) this.#cpu = 0;
      return { kind: 'off', cpu };
    }
    this.#off.delete(cpu);
    return { kind: 'on', cpu };
  }

  /** Switches all CPUs of the program on. */
  allOn(): Act[] {
    return this.cpus.filter((cpu) => cpu !== 0).map((cpu) => ({ kind: 'on', cpu }));
  }

  usesInterrupts(): void {
    this.#interrupts = true;
  }

  /** Notes that an interrupt may be pending from here on. */
  pends(): void {
    this.#pending = true;
  }

  get hasPending(): boolean {
    return this.#pending;
  }

  /** Notes that the timer is due from here on. */
  startsTimer(): void {
    this.#timer = true;
    this.#pending = true;
  }

  get hasTimer(): boolean {
    return this.#timer;
  }

  get hasInterrupts(): boolean {
    return this.#interrupts;
  }

  int(from: number, to: number): number {
    return this.random.nextInt(from, to);
  }

  chance(percent: number): boolean {
    return this.random.nextInt(0, 99) < percent;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.random.nextInt(0, from.length - 1)] as T;
  }

  /** Draws the setting of a slot. */
  makeSlot(slot: number): SlotSetting {
    const drawn = this.int(0, 99);
    const where =
      drawn < 45
        ? this.int(0, arenaPages - 1)
        : drawn < 72
          ? target.gicd
          : drawn < 80
            ? target.gicdNext
            : drawn < 90
              ? target.hole
              : drawn < 94
                ? target.beyond
                : target.tables;
    if (where === target.gicd) this.#usesGic = true;
    const drawsDevice = where >= arenaPages && where !== target.tables;
    let bits = drawsDevice && this.chance(20) ? 0 : attribute.index(normal);
    if (this.chance(10)) bits = this.int(0, 7);
    if (this.chance(70)) bits |= attribute.userAccess;
    if (this.chance(where === target.tables ? 100 : 25)) bits |= attribute.readOnly;
    if (this.chance(90)) bits |= attribute.accessFlag;
    if (this.chance(80)) bits |= attribute.innerShareable;
    if (this.chance(20)) bits |= attribute.notGlobal;
    if (this.chance(30)) bits |= attribute.pxn;
    if (this.chance(30)) bits |= attribute.uxn;
    bits |= this.chance(94) ? attribute.page : this.int(0, 2) << 14;
    return { slot, target: where, attributes: bits };
  }

  slots(): SlotSetting[] {
    return [...this.#slots.values()];
  }

  /** Changes a slot in the middle of the program. */
  change(slot: number): SlotSetting {
    const setting = this.makeSlot(slot);
    this.#slots.set(slot, setting);
    return setting;
  }

  #isEmulated(slot: number): boolean {
    return isEmulated(this.#setting(slot));
  }

  #setting(slot: number): SlotSetting {
    return this.#slots.get(slot) ?? usualSetting(slot);
  }

  /** Draws the virtual address of an access of `bytes`. Half of them aim at a page boundary. */
  address(bytes: number): number {
    const crosses = this.chance(50);
    const slot =
      crosses && this.#borders.length > 0 ? this.pick(this.#borders) : this.int(0, windowSlots - 1);
    const begin = (slot < half ? slot : slot - windowSlots) * page;
    if (crosses && bytes > 1) return begin + page - this.int(1, bytes - 1);
    if (this.#slots.get(slot)?.target === target.gicd) return begin + this.#priority(bytes);
    if (this.chance(40)) return begin + page - bytes;
    if (this.chance(40)) return begin + bytes * this.int(0, 8);
    return begin + this.int(0, page / 8 - 1) * (this.chance(90) ? 8 : 1);
  }

  /** Draws the offset of a priority in the distributor: a register that can be read, written and restored. */
  #priority(bytes: number): number {
    const offset = firstPriority + this.int(0, priorityBytes - bytes);
    const at = this.chance(80) ? offset & ~(Math.min(bytes, 4) - 1) : offset;
    for (let word = at & ~3; word < at + bytes; word += 4) this.#priorities.add(word);
    return at;
  }

  /** Notes a write to the priority register at this offset in the distributor. */
  writesPriority(offset: number): void {
    this.#usesGic = true;
    this.#priorities.add(offset);
  }

  /** The pages of an access that are inside the windows. */
  meets({ address, bytes }: Access): SlotSetting[] {
    const slots = new Set([slotAt(address), slotAt(address + bytes - 1)]);
    return [...slots].flatMap((slot) => (slot === undefined ? [] : [this.#setting(slot)]));
  }

  /** Whether a VMM must emulate an access: stage 1 permits it, and it touches an emulated page. */
  isEmulated(access: Access, el: 0 | 1): boolean {
    const pages = this.meets(access);
    return pages.some(isEmulated) && !pages.some((met) => refuses(met, el, access.store));
  }

  /**
   * Whether an access touches a page without memory or device and another page. How much of it is done, and which fault
   * is reported, is open.
   */
  mayEndHalfway(access: Access, el: 0 | 1): boolean {
    const pages = this.meets(access);
    const [first, second] = pages.map(
      (met) => nothing.includes(met.target) && !refuses(met, el, access.store),
    );
    return pages.length === 2 && (first || second) === true && (access.store || first !== second);
  }

  /** Whether all pages of an access are RAM, whether or not stage 1 permits it. */
  isRam(access: Access): boolean {
    return this.meets(access).every(({ target: where }) => where < arenaPages || where === target.tables);
  }

  /** Draws bits of PSTATE to invert. */
  pstate(): number {
    if (!this.chance(30)) return 0;
    let bits = (this.int(0, 15) << 28) >>> 0;
    if (this.chance(20)) bits ^= 1 << this.pick([6, 7, 8]);
    return bits >>> 0;
  }

  el(): 0 | 1 {
    return this.chance(34) ? 0 : 1;
  }

  /** Acts that restore the state of the machine that acts may have changed. */
  cleaning(): Act[] {
    if (!this.#usesGic) return [];
    return [put(0, this.gic === 2 ? 1 : 0x13), ...[...this.#priorities].map((offset) => put(offset, 0))];
  }
}

const number = (value: number): Value => ({ code: value < 256 ? 'u8' : 'u32', value: BigInt(value) });

/** A 32-bit store to the distributor at EL1. */
function put(offset: number, value: number): Act {
  return {
    ...plainExec,
    words: [0xb900_0001],
    text: ['str w1, [x0]'],
    registers: [
      { id: 0, value: { code: 'gicd', value: BigInt(offset) } },
      { id: 1, value: number(value) },
    ],
  };
}
