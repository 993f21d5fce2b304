// SPDX-License-Identifier: BSD-2-Clause
/** The process that holds something on disk, distinguished from a later process with the same id. */

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import * as v from 'valibot';
import { jsonAs } from '../../base/json.js';
import { startOf } from '../../base/process-stat.js';

const holder = v.object({
  pid: v.number(),
  host: v.string(),
  /** When the process started, in clock ticks since boot; null on a system without /proc. */
  started: v.nullish(v.string(), null),
  /** Unique for each thing that is held. */
  token: v.string(),
  /** When it was taken, in ISO 8601. */
  since: v.optional(v.string(), ''),
});
export type Holder = v.InferOutput<typeof holder>;

/** This process as the holder of one more thing. */
export function self(): Holder {
  return {
    pid: process.pid,
    host: hostname(),
    started: startOf(process.pid) ?? null,
    token: randomUUID(),
    since: new Date().toISOString(),
  };
}

/**
 * Whether a holder may still be running. A holder on another host is assumed to be: its processes are not visible from
 * here.
 */
export function mayLive(one: Holder): boolean {
  if (one.host !== hostname()) return true;
  try {
    process.kill(one.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const started = startOf(one.pid);
  return started === undefined || one.started === null || started === one.started;
}

/** The holder named in a file; undefined when the file is gone or names none. */
export function readHolder(path: string): Holder | undefined {
  try {
    return jsonAs(holder, readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** `process 4711`, with the host if it is another one. */
export function describeHolder(one: Holder): string {
  const where = one.host === hostname() ? '' : ` on ${one.host}`;
  return `process ${one.pid}${where}, since ${one.since}`;
}
