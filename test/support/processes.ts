// SPDX-License-Identifier: BSD-2-Clause
import { readdirSync, readFileSync } from 'node:fs';

/** Ids of the processes whose command line contains `text`. */
export function processes(text: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(text);
    } catch {
      return false;
    }
  });
}

/** Resolves when `isSo` returns true; the test's own limit ends the wait. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
}
