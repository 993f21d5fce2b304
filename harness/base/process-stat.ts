// SPDX-License-Identifier: BSD-2-Clause
/** What Linux tells of a process in /proc/PID/stat (proc(5)). */
import { readFileSync } from 'node:fs';

/** Clock ticks of the kernel in a second: USER_HZ, 100 on every Linux machine that Node.js runs on. */
const ticksPerSecond = 100;

/** The fields from the third on, after the name, which may contain spaces and brackets. None when the process has ended. */
function fieldsOf(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

/** Field 22: when the process started, in clock ticks since boot. Undefined when it has ended. */
export const startOf = (pid: number): string | undefined => fieldsOf(pid)[19];

/** Fields 14 and 15: processor seconds that the process has used. 0 when it has ended. */
export function processorTime(pid: number): number {
  const [user = 0, system = 0] = fieldsOf(pid).slice(11, 13).map(Number);
  return (user + system) / ticksPerSecond;
}
