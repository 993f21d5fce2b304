// SPDX-License-Identifier: BSD-2-Clause
/** Compares the guest's clock with the host's. */
import type { Check, CheckContext } from './check.js';

/** A reading of the guest's clock, in seconds, and the host's times just before and just after it. */
interface Reading {
  guest: number;
  from: number;
  to: number;
}

async function read({ shell, now }: CheckContext): Promise<Reading> {
  const from = now() / 1000;
  const [uptime = ''] = (await shell.output('cat /proc/uptime')).split(' ');
  return { guest: Number(uptime), from, to: now() / 1000 };
}

/** Seconds between the two readings. */
const apart = 3;
/** How much faster or slower than the host's clock the guest's may be, as a fraction. A wrong frequency is off by far more. */
const usualDrift = 0.05;
/** /proc/uptime counts in hundredths of a second. */
const grain = 0.02;

/**
 * By how much the guest's clock may have advanced between two readings. Each reading was made at an unknown moment
 * within an interval of the host's clock. A busy host makes the intervals longer and the bounds wider, but never the
 * check wrong.
 */
export function bounds(first: Reading, second: Reading, drift = usualDrift): { least: number; most: number } {
  return {
    least: (second.from - first.to) * (1 - drift) - grain,
    most: (second.to - first.from) * (1 + drift) + grain,
  };
}

export const clockCheck = (drift?: number): Check => ({
  name: "clock against the host's",
  async run(context) {
    const first = await read(context);
    await context.sleep(apart * 1000);
    const second = await read(context);
    const { least, most } = bounds(first, second, drift);
    const advance = second.guest - first.guest;
    return {
      passed: advance >= least && advance <= most,
      expected: `${least.toFixed(2)} to ${most.toFixed(2)} s`,
      got: `${advance.toFixed(2)} s`,
    };
  },
});
