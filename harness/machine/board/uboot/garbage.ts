// SPDX-License-Identifier: BSD-2-Clause
import type { HarnessError } from '../../../base/error.js';

/** Looks at the line before it is given up. */
const rounds = 4;

/**
 * Calls `giveUp` when `trouble` has been there at every look for `limit` milliseconds: a wrong baud rate never brings what
 * is waited for. For shorter it may be firmware that runs before U-Boot, at a rate of its own. Ends with clearInterval.
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
