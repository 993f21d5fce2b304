// SPDX-License-Identifier: BSD-2-Clause
/**
 * Signals while nothing is held. The handlers of the program put things in order, but they run between two turns of the event
 * loop: computing that fills one turn does not hear them. Without handlers the kernel ends the process at once.
 */
export const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

type Listener = (...args: unknown[]) => void;

/** Runs work that holds nothing which must be put in order: a signal ends the process at once while it runs. */
export async function endedBySignals<T>(work: () => T | Promise<T>): Promise<T> {
  const handlers = endingSignals.map((signal) => ({
    signal,
    listeners: process.listeners(signal) as Listener[],
  }));
  for (const { signal } of handlers) process.removeAllListeners(signal);
  try {
    return await work();
  } finally {
    for (const { signal, listeners } of handlers)
      for (const listener of listeners) process.on(signal, listener);
  }
}
