// SPDX-License-Identifier: BSD-2-Clause
/** Details of the work for `-v`: the programs that are started. Without a listener nothing is computed. */
import { channel } from 'node:diagnostics_channel';
import { quoted } from './quote.js';

const details = channel('vmm-harness:program');

/** Reports that a program is started. */
export function tellProgram(program: string, args: readonly string[]): void {
  if (details.hasSubscribers) details.publish([program, ...args].map(quoted).join(' '));
}

/** Calls `listener` with the command line of each program that is started from now on. */
export function onProgram(listener: (line: string) => void): void {
  details.subscribe((line) => listener(String(line)));
}
