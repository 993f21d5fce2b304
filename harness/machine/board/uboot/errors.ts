// SPDX-License-Identifier: BSD-2-Clause
/** Errors while U-Boot controls the board. They are the lab's fault. */
import { HarnessError } from '../../../base/error.js';

/** A board that continues after the stop key has missed it. A board that prints nothing any more hangs. */
export function missed(error: unknown, wentOn: boolean): never {
  const { message, detail } = infrastructure(error);
  if (!wentOn || !/did not appear/.test(message)) throw error;
  throw new HarnessError('infrastructure', 'autoboot was missed: U-Boot continued after the stop key', {
    ...detail,
    wayOut: 'check `stop_key` and `autoboot` in the lab file: the key that stops it, and when',
  });
}

/** The same error as a fault of the lab. */
export function infrastructure(error: unknown): HarnessError {
  if (!(error instanceof HarnessError)) throw error;
  if (error.fault !== 'product') return error;
  return new HarnessError('infrastructure', error.message, error.detail);
}
