// SPDX-License-Identifier: BSD-2-Clause
/** Errors while U-Boot controls the board. They are the lab's fault. */
import { HarnessError } from '../../../base/error.js';
import { WaitError } from '../../wait.js';

/** A board that continues after the stop key has missed it. A board that prints nothing any more hangs. */
export function missed(error: unknown, wentOn: boolean): never {
  if (!wentOn || !isLate(error)) throw error;
  throw new HarnessError('infrastructure', 'autoboot was missed: U-Boot continued after the stop key', {
    ...error.detail,
    wayOut: 'check `stop_key` and `autoboot` in the lab file: the key that stops it, and when',
  });
}

/** Whether the awaited text did not appear before the limit, while the board did not fall silent. */
export const isLate = (error: unknown): error is WaitError =>
  error instanceof WaitError && error.why === 'limit';

/** The same error as a fault of the lab. */
export function infrastructure(error: unknown): HarnessError {
  if (!(error instanceof HarnessError)) throw error;
  if (error.fault !== 'product') return error;
  return new HarnessError('infrastructure', error.message, error.detail);
}
