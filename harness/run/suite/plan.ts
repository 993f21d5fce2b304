// SPDX-License-Identifier: BSD-2-Clause
/** The plan in a suite's file. */
import type { Board } from '../../../boards/board.js';
import { kernelLine, type Phase } from '../boot.js';
import { builtIns, type Surroundings } from '../checks/built-in.js';
import type { Check } from '../checks/check.js';
import { commandCheck } from '../checks/command-check.js';
import { type Plan, showPattern } from '../plan.js';
import type { BootStep, Suite, SuiteCheck } from './suite.js';

/** Seconds for a step without its own limit, and for a command. */
const stepLimit = 120;
const commandLimit = 30;

function phase({ until, send, limit = stepLimit }: BootStep, silence: number): Phase {
  const name = showPattern(until);
  return { name, until, send, what: `${name} of the boot`, limit: limit * 1000, silence: silence * 1000 };
}

function checkOf(check: SuiteCheck, surroundings: Surroundings): Check {
  const { name, builtin, run = '', status = 0, expect, between, limit = commandLimit } = check;
  if (builtin === undefined)
    return commandCheck({ name: name ?? run, run, status, expect, between, limit: limit * 1000 });
  const made = builtIns[builtin].make(check, surroundings);
  return { ...made, name: name ?? made.name };
}

/** The boot steps of a suite, by default a kernel's first line; then the shell's prompt; and the checks. */
export function suitePlan({ boot, shell, guest: guests, check, limits }: Suite, board: Board): Plan {
  const all = (steps: readonly BootStep[], prompt: string | undefined): Phase[] =>
    [...steps, ...(prompt === undefined ? [] : [{ until: prompt }])].map((step) =>
      phase(step, limits.silence ?? 60),
    );
  const prepare = shell?.prepare;
  const promptOf = (name: string | undefined) =>
    guests.find((one) => one.name === (name ?? guests[0]?.name))?.prompt ?? shell?.prompt;
  const stepsOf = (name: string | undefined) => boot.filter(({ guest }) => guest === name);
  // A guest that reboots begins with its kernel. Of the boot's steps, the user logs in again.
  const restart = (name: string | undefined) =>
    all([{ until: kernelLine }, ...stepsOf(name).filter(({ send }) => send !== undefined)], promptOf(name));
  const own = stepsOf(undefined);
  const several = guests.length > 0;
  return {
    phases: all(
      own.length > 0 || several ? own : [{ until: kernelLine }],
      several ? undefined : shell?.prompt,
    ),
    prompt: shell?.prompt,
    prepare,
    guests: guests.map(({ name, prefix = '', serial, select, prompt = shell?.prompt }) => ({
      name,
      console: serial === undefined ? { prefix, select } : { port: serial },
      prompt,
      phases: all(stepsOf(name), prompt).map((one) => ({
        ...one,
        name: `${name}: ${one.name}`,
        what: `${one.what} of ${name}`,
      })),
    })),
    checks: check.map((one) => ({
      ...checkOf(one, { board, restart: restart(one.guest), prepare }),
      guest: one.guest,
    })),
  };
}
