// SPDX-License-Identifier: BSD-2-Clause
/** Boots a started machine, or uses the snapshot of an earlier boot, and runs the checks of a plan. */

import { setTimeout as sleep } from 'node:timers/promises';
import { HarnessError } from '../base/error.js';
import { type Progress, step } from '../base/progress.js';
import { seconds } from '../base/text.js';
import type { Machine, StartOptions, Target } from '../machine/machine.js';
import { endedBy, type Result, type Verdict } from '../verdict/verdict.js';
import { goThrough, type PhaseEnd } from './boot.js';
import type { Check } from './checks/check.js';
import { runChecks } from './checks/run-checks.js';
import { explainEnd, type Programs } from './diagnosis/explain.js';
import { shellsOf } from './guests.js';
import { type Plan, portsOf } from './plan.js';
import { GuestShell } from './shell.js';

/** Name of the first result. */
const bootName = 'boot to the prompt';
const now = () => performance.now();

interface Checked {
  results: Result[];
  /** The error that ended it before its last check. */
  error?: HarnessError;
}

export interface Ran extends Checked {
  facts: Verdict['facts'];
  /** Whether a machine was started at all: if not, `error` has the reason. */
  started: boolean;
}

export interface Work {
  progress: Progress;
  signal: AbortSignal;
  /** ELF files of the protection domains, if known. */
  programs?: Programs;
}

/** Starts the image on the target, runs the plan, and switches the machine off. Rejects only with bugs. */
export async function runPlan(
  target: Target,
  image: string,
  plan: Plan,
  work: Work & Pick<StartOptions, 'folder' | 'snapshot'>,
): Promise<Ran> {
  const { folder, snapshot, signal } = work;
  let machine: Machine;
  try {
    machine = await target.start(image, { folder, signal, snapshot, ports: portsOf(plan) });
  } catch (error) {
    const thrown = signal.aborted ? new HarnessError('usage', 'interrupted') : error;
    if (!(thrown instanceof HarnessError)) throw error;
    return { ...notBooted(plan.checks, thrown, 0, signal), facts: {}, started: false };
  }
  try {
    return { ...(await checkMachine(machine, plan, work)), facts: machine.facts, started: true };
  } finally {
    await machine.powerOff();
  }
}

/** Boots to the prompt and runs the checks. After a failed boot no check is run. */
async function checkMachine(machine: Machine, plan: Plan, work: Work): Promise<Checked> {
  const { progress, signal, programs = {} } = work;
  const begin = now();
  const ends = new Map<string, PhaseEnd>();
  const phases = () => [...ends].map(([name, end]) => ({ name, ms: end.ms }));
  try {
    const { shell, guests } = await bootMachine(machine, plan, ends, progress);
    const ms = now() - begin;
    const from = machine.snapshot?.begunIn;
    const boot: Result = {
      name: bootName,
      outcome: 'pass',
      expected: plan.phases.map(({ name }) => name).join(', '),
      got: from === undefined ? seconds(ms) : `a snapshot of ${from}`,
      ms,
      ...(ends.size > 0 && { phases: phases() }),
    };
    const context = { machine, programs, shell, guests, now, sleep };
    const { results, error } = await runChecks(plan.checks, context, progress, signal);
    return { results: [boot, ...results], ...(error !== undefined && { error }) };
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    const explained = await explainEnd(error, programs);
    return notBooted(plan.checks, explained, now() - begin, signal, phases());
  }
}

export interface Shells {
  /** Of the only guest, or of the first one. */
  shell: GuestShell;
  /** Of several guests, by name. */
  guests: ReadonlyMap<string, GuestShell>;
}

/** Brings a machine to its shell and saves it there, where it can be saved. Rejects with HarnessError. */
export async function bootMachine(
  machine: Machine,
  plan: Plan,
  ends: Map<string, PhaseEnd>,
  progress: Progress,
): Promise<Shells> {
  const { snapshot, console } = machine;
  const { prepare } = plan;
  const guests = shellsOf(machine, plan);
  const shell = [...guests.values()][0] ?? new GuestShell(console, plan.prompt ?? '');
  if (snapshot?.begunIn !== undefined) return { shell, guests };
  await goThrough(machine, plan.phases, progress, ends);
  for (const { name, phases } of plan.guests)
    await goThrough(machine, phases, progress, ends, guests.get(name)?.console);
  if (prepare !== undefined)
    for (const one of guests.size > 0 ? guests.values() : [shell]) await one.run(prepare);
  if (snapshot !== undefined) await step(progress, 'snapshot', () => snapshot.save());
  return { shell, guests };
}

/** The results of a run whose guest did not reach its prompt. */
function notBooted(
  checks: readonly Check[],
  error: HarnessError,
  ms: number,
  { aborted }: AbortSignal,
  phases: NonNullable<Result['phases']> = [],
): Checked {
  const boot: Result = {
    name: bootName,
    ...endedBy(error, aborted),
    ms,
    ...(phases.length > 0 && { phases }),
  };
  const undone = checks.map(({ name }): Result => ({ name, outcome: 'not run', ms: 0 }));
  return { results: [boot, ...undone], error };
}
