// SPDX-License-Identifier: BSD-2-Clause
/** Replay files: a program that reproduces a difference. */
import { readFileSync } from 'node:fs';
import { HarnessError } from '../base/error.js';
import { protocolHash } from './header.js';
import type { Program } from './program.js';

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

/** Reads a replay file. Throws HarnessError (usage) when it is not one, or of another version. */
export function readReplay(file: string): Program {
  const wayOut = 'give a file from the run folder of differential: cases/difference-N.json';
  let read: { protocol?: unknown; program?: Program };
  try {
    read = JSON.parse(readFileSync(file, 'utf8'), reviver);
  } catch (error) {
    const got = error instanceof Error ? error.message : String(error);
    throw new HarnessError('usage', 'this is not a replay file', { where: file, got, wayOut });
  }
  const { protocol, program } = read ?? {};
  if (protocol !== version() || !Array.isArray(program?.acts) || !Array.isArray(program?.slots)) {
    throw new HarnessError('usage', 'the replay file is of another version', {
      where: file,
      expected: `protocol ${version()}`,
      got: `protocol ${typeof protocol === 'string' ? protocol : 'unknown'}`,
      wayOut: 'use the version that wrote it, or find the difference again by its seed',
    });
  }
  return program;
}
