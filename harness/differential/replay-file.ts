// SPDX-License-Identifier: BSD-2-Clause
/** Replay files: a program that reproduces a difference. */
import * as v from 'valibot';
import { HarnessError } from '../base/error.js';
import { readJson } from '../base/json.js';
import { limits } from '../base/limits.js';
import { readRegularFile } from '../base/read-file.js';
import { protocolHash } from './header.js';
import type { Program } from './program.js';
import { maxWords, registerId, valueCode } from './protocol.js';

const version = () => protocolHash().toString(16);

/** Bigints are written as hexadecimal strings. */
const replacer = (_: string, value: unknown) =>
  typeof value === 'bigint'
    ? value < 0n
      ? `-0x${(-value).toString(16)}`
      : `0x${value.toString(16)}`
    : value;

const reviver = (_: string, value: unknown) => {
  if (typeof value !== 'string' || !/^-?0x[0-9a-f]+$/.test(value)) return value;
  return value.startsWith('-') ? -BigInt(value.slice(1)) : BigInt(value);
};

export function writeReplay(program: Program, about: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify({ protocol: version(), about, program }, replacer, 1)}\n`;
}

const integer = (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
const namesOf = <T extends object>(table: T) => Object.keys(table) as (keyof T & string)[];
const byte = integer(0, 0xff);

const value = v.object({ code: v.picklist(namesOf(valueCode)), value: v.bigint() });
const register = v.union([integer(0, 30), v.picklist(namesOf(registerId))]);
const slot = { slot: byte, target: byte, attributes: integer(0, 0xffff) };
const access = v.object({
  address: v.number(),
  bytes: v.number(),
  element: v.number(),
  store: v.boolean(),
});

const cpu = v.exactOptional(integer(0, 3));

const act = v.variant('kind', [
  v.object({
    kind: v.literal('exec'),
    cpu,
    el: v.picklist([0, 1]),
    spX: v.boolean(),
    pstate: integer(0, 0xffff_ffff),
    simd: v.boolean(),
    sysregs: v.boolean(),
    access: v.exactOptional(access),
    words: v.pipe(v.array(integer(0, 0xffff_ffff)), v.minLength(1), v.maxLength(maxWords)),
    text: v.array(v.string()),
    registers: v.pipe(v.array(v.object({ id: register, value })), v.maxLength(0xff)),
  }),
  v.object({ kind: v.literal('slot'), cpu, ...slot }),
  v.object({ kind: v.picklist(['take', 'drain', 'on', 'off']), cpu }),
  v.object({ kind: v.literal('table'), cpu, index: integer(0, 2 ** 32), bits: v.bigint(), value }),
]);

/** Numbers of acts and slots are a byte on the line. */
const program = v.pipe(
  v.object({
    cpus: v.exactOptional(integer(0, 15)),
    losesPar: v.exactOptional(v.boolean()),
    slots: v.pipe(v.array(v.object(slot)), v.maxLength(0xff)),
    acts: v.array(act),
    cleaning: v.exactOptional(v.array(act)),
  }),
  v.check(({ acts, cleaning = [] }) => acts.length + cleaning.length <= 0xff),
);

const wayOut = 'give a file from the run folder of differential: cases/difference-N.json';

/** Throws HarnessError (usage) if the file is not a replay file, is of another version, or holds an invalid program. */
export function readReplay(file: string): Program {
  const text = readRegularFile(file, {
    what: 'the replay file',
    limit: limits.conformCase,
    wayOut,
  }).toString();
  const about = { what: 'the replay file', where: file, fault: 'usage', wayOut } as const;
  const { protocol } = readJson(v.object({ protocol: v.string() }), text, about);
  if (protocol !== version()) {
    throw new HarnessError('usage', 'the replay file is of another version', {
      where: file,
      expected: `protocol ${version()}`,
      got: `protocol ${protocol}`,
      wayOut: 'run the version that wrote it, or find the difference again by its seed',
    });
  }
  return readJson(v.object({ program }), text, about, reviver).program;
}
