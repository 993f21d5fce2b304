// SPDX-License-Identifier: BSD-2-Clause
/** Locates the crash of a protection domain: the function of its program, and the line of its source. */
import { execFile } from 'node:child_process';

export interface Crash {
  domain: string;
  /** In hexadecimal, with 0x. */
  pc: string;
}

/**
 * The reports of Microkit's monitor (monitor/src/main.c) and of minikit. Both name the domain before the program
 * counter.
 */
const reports = [
  /faulting PD: (\S+)[\s\S]{0,4000}?\bpc *: *(0x[0-9a-f]+)/,
  /protection domain '([^']+)' stopped: [^\n]*\bpc (0x[0-9a-f]+)/,
];

/** The first crash that a console reports. */
export function crashIn(text: string): Crash | undefined {
  for (const report of reports) {
    const [, domain, pc] = report.exec(text) ?? [];
    if (domain !== undefined && pc !== undefined) return { domain, pc };
  }
  return undefined;
}

/** Programs of Debian's binutils, in order of preference. */
const programs = ['aarch64-linux-gnu-addr2line', 'addr2line'];
/** Milliseconds: all debug information of a large program is read at once. */
const limit = 20_000;

function run(program: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: limit }, (error, stdout) => resolve(error ? undefined : stdout));
  });
}

/**
 * `function at file:line` for an address of an ELF file, or only the function without debug information; undefined when
 * nothing is known or addr2line is missing.
 */
export async function placeOf(elf: string, pc: string): Promise<string | undefined> {
  for (const program of programs) {
    const output = await run(program, ['-f', '-C', '-e', elf, pc]);
    if (output === undefined) continue;
    const [name = '??', place = '??'] = output.split('\n');
    if (name === '??') return undefined;
    return place.startsWith('??') ? name : `${name} at ${place.replace(/ \(discriminator \d+\)$/, '')}`;
  }
  return undefined;
}
