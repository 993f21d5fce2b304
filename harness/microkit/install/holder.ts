// SPDX-License-Identifier: BSD-2-Clause
/** Who holds something on disk: a process, told apart from a later one that got the same id. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

export interface Holder {
  pid: number;
  host: string;
  /** When the process started, in clock ticks since the boot; null where the system has no /proc. */
  started: string | null;
  /** Different for every thing held. */
  token: string;
  /** When it was taken, ISO 8601. */
  since: string;
}

/** Field 22 of /proc/PID/stat (proc(5)); the name before it may hold spaces and brackets. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

/** This process as the holder of one more thing. */
export function self(): Holder {
  return {
    pid: process.pid,
    host: hostname(),
    started: startOf(process.pid),
    token: randomUUID(),
    since: new Date().toISOString(),
  };
}

/** Whether a holder may still be there. One on another host is believed to be: its processes can't be seen from here. */
export function mayLive(holder: Holder): boolean {
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const started = startOf(holder.pid);
  return started === null || holder.started === null || started === holder.started;
}

/** The holder that a file names; undefined when the file is gone or names none. */
export function readHolder(path: string): Holder | undefined {
  try {
    const { pid, host, started, token, since } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Holder>;
    if (typeof pid !== 'number' || typeof host !== 'string' || typeof token !== 'string') return undefined;
    return { pid, host, started: started ?? null, token, since: since ?? '' };
  } catch {
    return undefined;
  }
}

/** `process 4711`, with the host when it is another one. */
export function describeHolder(holder: Holder): string {
  const where = holder.host === hostname() ? '' : ` on ${holder.host}`;
  return `process ${holder.pid}${where}, since ${holder.since}`;
}
