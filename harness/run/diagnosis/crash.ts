// SPDX-License-Identifier: BSD-2-Clause
/** Where a protection domain crashed: in which function of its program, at which line of its source. */
import { execFile } from 'node:child_process';

export interface Crash {
  domain: string;
  /** In hexadecimal, with 0x. */
  pc: string;
}

/** What Microkit's monitor (monitor/src/main.c) and minikit print; both say the domain before the program counter. */
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

/** Programs of Debian's binutils, the best first. */
const programs = ['aarch64-linux-gnu-addr2line', 'addr2line'];
/** Milliseconds: the debug information of a large program is read in one. */
const limit = 20_000;

function run(program: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: limit }, (error, stdout) => resolve(error ? undefined : stdout));
  });
}

/**
 * `function at file:line` for an address of an ELF file, or the function alone where it has no debug information; undefined
 * when it tells nothing or there is no addr2line.
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
