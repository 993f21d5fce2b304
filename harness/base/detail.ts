// SPDX-License-Identifier: BSD-2-Clause
/** Details of the work, for `-v`: which programs are started. Nobody listens otherwise, and then nothing is made. */
import { channel } from 'node:diagnostics_channel';
import { quoted } from './quote.js';

const details = channel('vmm-harness:program');

/** Tells that a program is started. */
export function tellProgram(program: string, args: readonly string[]): void {
  if (details.hasSubscribers) details.publish([program, ...args].map(quoted).join(' '));
}

/** Gives `listener` the command line of each program that is started from now on. */
export function onProgram(listener: (line: string) => void): void {
  details.subscribe((line) => listener(String(line)));
}
