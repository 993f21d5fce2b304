// SPDX-License-Identifier: BSD-2-Clause
import type { HarnessError } from '../../../base/error.js';

/** Number of checks of the line before it is given up. */
const rounds = 4;

/**
 * Calls `giveUp` when every check for `limit` milliseconds has found `trouble`: at a wrong baud rate the expected text
 * never appears. A shorter period may be firmware before U-Boot that uses another rate. End it with clearInterval.
 */
export function watchForGarbage(
  limit: number,
  trouble: () => HarnessError | undefined,
  giveUp: (error: HarnessError) => void,
): NodeJS.Timeout {
  let seen = 0;
  return setInterval(() => {
    const error = trouble();
    seen = error ? seen + 1 : 0;
    if (error && seen > rounds) giveUp(error);
  }, limit / rounds);
}
