// SPDX-License-Identifier: BSD-2-Clause
import { stat } from 'node:fs/promises';

/** Milliseconds between checks of the device. */
export const watchPause = 250;

/**
 * Calls `gone` once when the name no longer leads to the same device. node-serialport does not always notice: a read
 * that is pending when the device hangs up returns 0 bytes, and it reads again for ever.
 */
export function watchDevice(path: string, gone: () => void): () => void {
  const identity = () => stat(path).then(({ dev, ino, rdev }) => `${dev} ${ino} ${rdev}`);
  const first = identity().catch(() => '');
  const timer = setInterval(async () => {
    if ((await identity().catch(() => 'none')) === (await first)) return;
    clearInterval(timer);
    gone();
  }, watchPause);
  timer.unref();
  return () => clearInterval(timer);
}
