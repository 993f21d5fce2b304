// SPDX-License-Identifier: BSD-2-Clause
/** The guest's clock against the host's. */
import type { Check, CheckContext } from './check.js';

/** A reading of the guest's clock in seconds, and the host's between which it was made. */
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
/** How much faster or slower than the host's the guest's clock may be: a wrong frequency is off by far more. */
const drift = 0.05;
/** /proc/uptime has hundredths of a second. */
const grain = 0.02;

/**
 * What the guest's clock may have advanced by between two readings. Each was made at an unknown moment of an interval
 * of the host's; a busy host makes the intervals longer and the bounds wider, never the check wrong.
 */
export function bounds(first: Reading, second: Reading): { least: number; most: number } {
  return {
    least: (second.from - first.to) * (1 - drift) - grain,
    most: (second.to - first.from) * (1 + drift) + grain,
  };
}

export const clockCheck: Check = {
  name: "clock against the host's",
  async run(context) {
    const first = await read(context);
    await context.sleep(apart * 1000);
    const second = await read(context);
    const { least, most } = bounds(first, second);
    const advance = second.guest - first.guest;
    return {
      passed: advance >= least && advance <= most,
      expected: `${least.toFixed(2)} to ${most.toFixed(2)} s`,
      got: `${advance.toFixed(2)} s`,
    };
  },
};
