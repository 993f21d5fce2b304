// SPDX-License-Identifier: BSD-2-Clause
/** Whose fault it is while U-Boot has the board: the lab's. */
import { HarnessError } from '../../../base/error.js';

/** A board that goes on after the stop key did not take it; one that says nothing any more hangs. */
export function missed(error: unknown, wentOn: boolean): never {
  const { message, detail } = infrastructure(error);
  if (!wentOn || !/did not come/.test(message)) throw error;
  throw new HarnessError('infrastructure', 'autoboot was missed: U-Boot went on after the stop key', {
    ...detail,
    wayOut: '`stop_key` and `autoboot` in the lab file say which key stops it and when',
  });
}

/** The same error as the lab's fault. */
export function infrastructure(error: unknown): HarnessError {
  if (!(error instanceof HarnessError)) throw error;
  if (error.fault !== 'product') return error;
  return new HarnessError('infrastructure', error.message, error.detail);
}
