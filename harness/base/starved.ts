// SPDX-License-Identifier: BSD-2-Clause
/** How long a process had to wait for a CPU: on a busy host its time is not the wall's. */
import { readdirSync, readFileSync } from 'node:fs';

/**
 * Milliseconds that the threads of a process have stood in a queue for a CPU, of the thread that stood longest: the second
 * field of /proc/PID/task/TID/schedstat (Linux, Documentation/scheduler/sched-stats). 0 when the kernel does not tell.
 */
export function waitedForCpu(pid: number | undefined): number {
  try {
    const folder = `/proc/${pid}/task`;
    const waits = readdirSync(folder).map((thread) => {
      const [, wait = '0'] = readFileSync(`${folder}/${thread}/schedstat`, 'latin1').split(' ');
      return Number(wait) / 1e6;
    });
    return Math.max(0, ...waits);
  } catch {
    return 0;
  }
}
