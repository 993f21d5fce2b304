// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import { HarnessError } from '../../harness/error.js';

/** The HarnessError with which `promise` is rejected; anything else fails the test. */
export async function refusal(promise: Promise<unknown>): Promise<HarnessError> {
  try {
    await promise;
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    return error;
  }
  return assert.unreachable('nothing was thrown') as never;
}
