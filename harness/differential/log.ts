// SPDX-License-Identifier: BSD-2-Clause
/** Decodes the guest's log of a program. */
import { HarnessError } from '../base/error.js';
import type { Act, Program } from './program.js';
import { watched } from './protocol.js';

/** The observation of one act, by field: `ESR`, `x3`, `mair_el1` ... */
export type Seen = ReadonlyMap<string, bigint>;

export interface Log {
  /** One for each act. An act that observes nothing has no field. */
  acts: Seen[];
  /** The first words of the arena that have changed, by offset in the arena. */
  memory: Seen;
}

const changedNames = [
  ...Array.from({ length: 31 }, (_, n) => `x${n}`),
  ...['SP_EL0', 'SP_EL1', 'PAR'],
  ...Array.from({ length: 8 }, (_, n) => `v${n >> 1}${n % 2 === 0 ? 'lo' : 'hi'}`),
];

/** Instead of a vector, where the CPU of the act is off. */
const notPerformed = 0xff;
const firstSpecial = 1020n;
const mostTaken = 16;

class LogReader {
  #at = 0;
  constructor(readonly bytes: Uint8Array) {}

  u8(): number {
    const byte = this.bytes[this.#at++];
    if (byte === undefined) throw new HarnessError('harness', "the guest's log ends too early");
    return byte;
  }

  number(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 64n; shift += 7n) {
      const byte = this.u8();
      value |= BigInt(byte & 0x7f) << shift;
      if ((byte & 0x80) === 0) break;
    }
    return BigInt.asUintN(64, value);
  }

  signed(): bigint {
    const value = this.number();
    return value & 1n ? -(value >> 1n) - 1n : value >> 1n;
  }
}

function readTaken(reader: LogReader, seen: Map<string, bigint>, most: number): void {
  for (let index = 0; index < most; index += 1) {
    const acknowledged = reader.number();
    seen.set(most === 1 ? 'INTID' : `INTID ${index + 1}`, acknowledged);
    if ((acknowledged & 0x3ffn) >= firstSpecial) return;
  }
}

function readExec(reader: LogReader, looksAtSysregs: boolean): Seen {
  const vector = reader.u8();
  if (vector === notPerformed) return new Map([['not performed', 1n]]);
  const seen = new Map<string, bigint>([
    ['vector', BigInt(vector)],
    ['ESR', reader.number()],
    ['ELR', reader.signed()],
    ['PSTATE', reader.number()],
    ['FAR', reader.number()],
  ]);
  const changed = reader.number();
  for (const [bit, name] of changedNames.entries())
    if ((changed >> BigInt(bit)) & 1n) seen.set(name, reader.number());
  if (looksAtSysregs) {
    const written = reader.number();
    for (const [bit, name] of watched.entries())
      if ((written >> BigInt(bit)) & 1n) seen.set(name, reader.number());
  }
  if (vector % 4 === 1 || vector % 4 === 2) readTaken(reader, seen, 1);
  return seen;
}

function readAct(reader: LogReader, act: Act): Seen {
  if (act.kind === 'exec') return readExec(reader, act.sysregs);
  const seen = new Map<string, bigint>();
  if (act.kind === 'take') readTaken(reader, seen, mostTaken);
  if (act.kind === 'on' || act.kind === 'off') seen.set('PSCI', reader.number());
  return seen;
}

/** Reads the log of `program` from the payload of an answer. */
export function readLog(program: Program, payload: Uint8Array): Log {
  const reader = new LogReader(payload);
  const acts = program.acts.map((act) => readAct(reader, act));
  for (const act of program.cleaning ?? []) readAct(reader, act);
  const memory = new Map<string, bigint>();
  for (;;) {
    const index = reader.number();
    if (index === 0n) break;
    memory.set(`arena+0x${((index - 1n) * 8n).toString(16)}`, reader.number());
  }
  memory.set('changed words', reader.number());
  memory.set('CRC of them', reader.number());
  return { acts, memory };
}
