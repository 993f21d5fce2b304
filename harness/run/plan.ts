// SPDX-License-Identifier: BSD-2-Clause
/** What is done with a machine: how it boots, and what is checked then. Of a suite or of the demo alike. */
import type { SerialPort } from '../machine/machine.js';
import type { Mark } from '../machine/marked-lines.js';
import type { Phase } from './boot.js';
import type { Check } from './checks/check.js';

export interface Plan {
  /** From power on to the shell's prompt, or as far as the machine gets without a shell. */
  phases: readonly Phase[];
  /** The prompt of the guest's shell; undefined when no command is run. */
  prompt: string | undefined;
  /** A command for the shell after each boot. */
  prepare: string | undefined;
  checks: readonly Check[];
  /** Several guests; none when the console is one guest's. */
  guests: readonly GuestPlan[];
}

/** How one of several guests boots: on a serial line of its own, or with marked lines on the console. */
interface GuestPlan {
  name: string;
  console: { readonly port: SerialPort } | Omit<Mark, 'name'>;
  phases: readonly Phase[];
  prompt: string | undefined;
}

/** How errors and reports show an awaited pattern. */
export const showPattern = (pattern: string | RegExp): string =>
  typeof pattern === 'string' ? JSON.stringify(pattern) : `${pattern}`;

const consoleName = (console: GuestPlan['console']) =>
  'port' in console ? console.port : (console.select ?? '');

/** The serial lines that a plan's guests have to themselves. */
export const portsOf = ({ guests }: Plan): SerialPort[] =>
  guests.flatMap(({ console }) => ('port' in console ? [console.port] : []));

/** Names the state of a machine at the end of the plan's boot: everything that is waited for and typed. */
export function bootedState({ phases, prepare, guests }: Plan): string {
  const done = (list: readonly Phase[]) => list.map(({ until, send }) => [showPattern(until), send ?? '']);
  const others = guests.map(({ name, console, phases: own }) => [name, consoleName(console), done(own)]);
  return JSON.stringify([done(phases), prepare ?? '', others]);
}
