// SPDX-License-Identifier: BSD-2-Clause
/** Divides a long computation into parts: between them other work gets a turn, and signals are handled. */
import { setImmediate } from 'node:timers/promises';

/** Milliseconds of computation after which other work gets a turn. */
const slice = 50;
let last = performance.now();

/** To be called between two parts. Rejects with the reason of `signal` when it is aborted. */
export async function giveTurn(signal: AbortSignal): Promise<void> {
  if (performance.now() - last > slice) {
    await setImmediate();
    last = performance.now();
  }
  signal.throwIfAborted();
}
