// SPDX-License-Identifier: BSD-2-Clause
/** What Ctrl-C and SIGTERM do to a program: once, it ends in order; twice, at once. */
import { endingSignals } from './signals.js';

/** Exit code of a program that was interrupted, as a shell has it for SIGINT. */
export const interruptedCode = 130;

/** Milliseconds after the first signal in which what was started is switched off and put in order. */
const orderlyLimit = 10_000;

const interrupt = new AbortController();

/** Aborted by `signal`, and by what {@link onInterrupt} listens to. */
export function orInterrupted(signal: AbortSignal | undefined): AbortSignal {
  return signal === undefined ? interrupt.signal : AbortSignal.any([signal, interrupt.signal]);
}

/** A signal that is aborted when this process is told to end. A second signal, or ten seconds, end it at once. */
export function onInterrupt(): AbortSignal {
  for (const signal of endingSignals) {
    process.on(signal, () => {
      // The second one does not wait; the kernel then ends what we started.
      if (interrupt.signal.aborted) process.exit(interruptedCode);
      interrupt.abort();
      setTimeout(() => process.exit(interruptedCode), orderlyLimit).unref();
    });
  }
  return interrupt.signal;
}
