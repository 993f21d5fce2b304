// SPDX-License-Identifier: BSD-2-Clause
/**
 * Takes a guest from power-on to its prompt, phase by phase. Each phase has its own limit, so that an error names what
 * did not appear.
 */
import { HarnessError } from '../base/error.js';
import type { Progress } from '../base/progress.js';
import type { Match } from '../machine/console.js';
import type { Machine } from '../machine/machine.js';

export interface Phase {
  name: string;
  /** The text that ends the phase. */
  until: string | RegExp;
  /** How errors name that text. */
  what: string;
  /** Limit for the phase, in milliseconds. */
  limit: number;
  /** Milliseconds without a byte after which the machine counts as dead. */
  silence: number;
  /** Text to type then. */
  send?: string | undefined;
}

/** The prompt of guest-builder's shell. */
export const guestPrompt = 'guest# ';

/** The first line of a Linux kernel. */
export const kernelLine = /Linux version (\S+)/;

/** The VMM's first line. With a `release` configuration the guest's own output is the first. */
const vmmPhase: Phase = {
  name: 'VMM',
  until: /vmm\|INFO: starting guest[^\n]*/,
  what: "the VMM's first line",
  limit: 30_000,
  silence: 20_000,
};

const kernelPhase: Phase = {
  name: 'guest kernel',
  until: kernelLine,
  what: "the guest kernel's first line",
  limit: 30_000,
  silence: 20_000,
};

const shellPhase: Phase = {
  name: 'guest shell',
  until: guestPrompt,
  what: "the guest's prompt",
  limit: 120_000,
  silence: 40_000,
};

/** The phases of a boot and, below, of a reboot of the guest, which begins with its kernel. */
export function bootPhases(config: string): Phase[] {
  return config.endsWith('release') ? [kernelPhase, shellPhase] : [vmmPhase, kernelPhase, shellPhase];
}
export const rebootPhases: readonly Phase[] = [kernelPhase, shellPhase];

/** Where a phase ended, and its duration in milliseconds. */
export type PhaseEnd = Match & { ms: number };

/**
 * Waits for each phase in turn, and records in `ends` where each ended, so that `ends` is available even if a later
 * phase fails. Reports the phases to `progress` by name.
 */
export async function goThrough(
  machine: Machine,
  phases: readonly Phase[],
  progress: Progress,
  ends = new Map<string, PhaseEnd>(),
  console = machine.console,
): Promise<ReadonlyMap<string, PhaseEnd>> {
  for (const { name, until, send, ...wait } of phases) {
    progress({ kind: 'start', step: `boot: ${name}` });
    const begin = performance.now();
    const match = await explained(machine, console.expect(until, wait));
    ends.set(name, { ...match, ms: Math.round(performance.now() - begin) });
    if (send !== undefined) await console.send(send);
    progress({ kind: 'done', step: `boot: ${name}` });
  }
  return ends;
}

/** When a wait fails, asks the target whether the target itself is to blame. */
async function explained<T>(machine: Machine, wait: Promise<T>): Promise<T> {
  try {
    return await wait;
  } catch (error) {
    const late = error instanceof HarnessError && error.fault === 'product';
    throw (late && (await machine.diagnose())) || error;
  }
}
