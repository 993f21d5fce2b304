// SPDX-License-Identifier: BSD-2-Clause
/**
 * Signals while no resource is held. The program's handlers clean up, but they run only between two turns of the event
 * loop, so a long computation within one turn delays them. Without handlers the kernel ends the process at once.
 */
export const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

type Listener = (...args: unknown[]) => void;

/** Runs work that holds nothing that must be cleaned up: while it runs, a signal ends the process at once. */
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
