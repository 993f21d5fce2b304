// SPDX-License-Identifier: BSD-2-Clause
/** Long computing in parts: between them others get their turn, and a signal is heard. */
import { setImmediate } from 'node:timers/promises';

/** Milliseconds of computing after which others get their turn. */
const slice = 50;
let last = performance.now();

/** To be called between two parts. Rejects with the reason of `signal` when that is aborted. */
export async function giveTurn(signal: AbortSignal): Promise<void> {
  if (performance.now() - last > slice) {
    await setImmediate();
    last = performance.now();
  }
  signal.throwIfAborted();
}
