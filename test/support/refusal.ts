// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import { HarnessError } from '../../harness/base/error.js';

/** The HarnessError that `work` throws or rejects with; anything else fails the test. */
export async function refusal(work: Promise<unknown> | (() => unknown)): Promise<HarnessError> {
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    return error;
  }
  return assert.unreachable('nothing was thrown') as never;
}
