// SPDX-License-Identifier: BSD-2-Clause
/** What Ctrl-C and SIGTERM do to a program. The first ends it in order; the second ends it at once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { HarnessError } from './error.js';
import { endingSignals } from './signals.js';

/** Exit code of an interrupted program: the shell's code for SIGINT. */
export const interruptedCode = 130;

/** Milliseconds after the first signal within which everything that was started is switched off and cleaned up. */
const orderlyLimit = 10_000;

const interrupt = new AbortController();

/** A signal aborted by `signal` or by the interrupt that {@link onInterrupt} listens for. */
export function orInterrupted(signal: AbortSignal | undefined): AbortSignal {
  return signal === undefined ? interrupt.signal : AbortSignal.any([signal, interrupt.signal]);
}

/** The error of work that a signal has ended. */
export const interrupted = (): HarnessError => new HarnessError('infrastructure', 'interrupted');

/** Waits for `ms` milliseconds. Rejects with {@link interrupted} when `signal` is aborted. */
export async function interruptibleSleep(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {
    throw interrupted();
  });
}

/**
 * A signal that is aborted when this process is told to end. A second signal, or ten seconds, ends the process at once.
 */
export function onInterrupt(): AbortSignal {
  for (const signal of endingSignals) {
    process.on(signal, () => {
      // The second signal does not wait. The kernel then ends the programs that the harness started.
      if (interrupt.signal.aborted) process.exit(interruptedCode);
      interrupt.abort();
      setTimeout(() => process.exit(interruptedCode), orderlyLimit).unref();
    });
  }
  return interrupt.signal;
}
