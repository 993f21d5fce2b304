// SPDX-License-Identifier: BSD-2-Clause
/** Programs of a differential run, and their encoding. */
import {
  actKind,
  apartFlag,
  cpuShift,
  execFlag,
  parFlag,
  registerId,
  valueBytes,
  valueCode,
  wordsShift,
} from './protocol.js';

/** A plain number, or an offset from a symbol, such as `window` (virtual address 0) or `arena` (physical address). */
export interface Value {
  code: keyof typeof valueCode;
  value: bigint;
}

type SystemRegister = Exclude<keyof typeof registerId, 'sp'>;

/** A load or store: `bytes` at a virtual address, in elements of `element` bytes. */
export interface Access {
  address: number;
  bytes: number;
  element: number;
  store: boolean;
}

/** One or a few instructions, with every register that affects them. */
export interface Exec {
  kind: 'exec';
  cpu?: number;
  el: 0 | 1;
  /** At EL1: use SP_EL1. */
  spX: boolean;
  /** XORed into the default PSTATE: interrupts masked, all else zero. */
  pstate: number;
  simd: boolean;
  /** It may change system registers. */
  sysregs: boolean;
  /** Its access to memory, where known. Used to judge a difference. */
  access?: Access;
  words: readonly number[];
  /** The instructions in assembler syntax. */
  text: readonly string[];
  /** x0 to x30 by number, `sp`, and system registers that are set for this act only. */
  registers: readonly { id: number | 'sp' | SystemRegister; value: Value }[];
}

/** The physical page and the descriptor bits of a slot. */
export interface SlotSetting {
  slot: number;
  target: number;
  /** Bits 2 to 11 of the descriptor, then 51 to 54, then its type. */
  attributes: number;
}

export type Act = { /** The CPU that performs it, 0 if none is given. */ cpu?: number } & (
  | Exec
  | ({ kind: 'slot' } & SlotSetting)
  | { kind: 'take' }
  | { kind: 'drain' }
  | { kind: 'on' }
  | { kind: 'off' }
  | { kind: 'table'; index: number; bits: bigint; value: Value }
);

export interface Program {
  /** A bit for each CPU that is on at the beginning, besides CPU 0. */
  cpus?: number;
  /** PAR_EL1 is compared only after acts that translate an address, because some kernels do not preserve it. */
  losesPar?: boolean;
  slots: readonly SlotSetting[];
  acts: readonly Act[];
  /** Acts that restore the machine, whichever other acts remain. They run at the end and are not compared. */
  cleaning?: readonly Act[];
}

/** A buffer that grows. */
class Bytes {
  #bytes = new Uint8Array(4096);
  #length = 0;

  u8(value: number): void {
    if (this.#length === this.#bytes.length) {
      const more = new Uint8Array(2 * this.#length);
      more.set(this.#bytes);
      this.#bytes = more;
    }
    this.#bytes[this.#length++] = value;
  }

  fixed(value: number, count: number): void {
    for (let shift = 0; shift < 8 * count; shift += 8) this.u8((value >>> shift) & 0xff);
  }

  wide(value: bigint, count: number): void {
    let left = BigInt.asUintN(8 * count, value);
    for (let index = 0; index < count; index += 1) {
      this.u8(Number(left & 0xffn));
      left >>= 8n;
    }
  }

  number(value: bigint): void {
    let left = BigInt.asUintN(64, value);
    for (; left >= 0x80n; left >>= 7n) this.u8(Number(left & 0x7fn) | 0x80);
    this.u8(Number(left));
  }

  value({ code, value }: Value): void {
    this.u8(valueCode[code]);
    this.wide(value, valueBytes[code]);
  }

  done(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}

function writeSlot(bytes: Bytes, { slot, target, attributes }: SlotSetting): void {
  bytes.u8(slot);
  bytes.u8(target);
  bytes.fixed(attributes, 2);
}

function writeExec(bytes: Bytes, exec: Exec): void {
  const flags =
    (exec.el === 1 ? execFlag.el1 : 0) |
    (exec.spX ? execFlag.spX : 0) |
    (exec.pstate !== 0 ? execFlag.pstate : 0) |
    (exec.simd ? execFlag.simd : 0) |
    (exec.sysregs ? execFlag.sysregs : 0);
  bytes.u8(flags | ((exec.words.length - 1) << wordsShift));
  for (const word of exec.words) bytes.fixed(word, 4);
  bytes.u8(exec.registers.length);
  for (const { id, value } of exec.registers) {
    bytes.u8(typeof id === 'number' ? id : registerId[id]);
    bytes.value(value);
  }
  if (exec.pstate !== 0) bytes.number(BigInt(exec.pstate));
}

const looksAtPar = ({ text }: Exec, losesPar = false): boolean =>
  !losesPar || text.some((line) => line.startsWith('at '));

function writeAct(bytes: Bytes, act: Act, flags: number): void {
  bytes.u8(actKind[act.kind] | ((act.cpu ?? 0) << cpuShift) | flags);
  if (act.kind === 'exec') writeExec(bytes, act);
  else if (act.kind === 'slot') writeSlot(bytes, act);
  else if (act.kind === 'table') {
    bytes.number(BigInt(act.index));
    bytes.number(act.bits);
    bytes.value(act.value);
  }
}

/** Encodes a program for the guest. */
export function encodeProgram({ cpus = 0, slots, acts, cleaning = [], losesPar }: Program): Uint8Array {
  const bytes = new Bytes();
  bytes.u8(cpus);
  bytes.u8(slots.length);
  for (const slot of slots) writeSlot(bytes, slot);
  bytes.u8(acts.length + cleaning.length);
  for (const act of acts)
    writeAct(bytes, act, act.kind === 'exec' && looksAtPar(act, losesPar) ? parFlag : 0);
  for (const act of cleaning) writeAct(bytes, act, apartFlag);
  return bytes.done();
}
