// SPDX-License-Identifier: BSD-2-Clause
/** The last lines of the console during a check, for a reader who has no other file of the run. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { visible } from '../base/visible.js';
import { logEnd } from './log-end.js';
import type { Result } from './verdict.js';

/** A place in a log of the run's own folder: `console.log:12`. */
const place = /^([\w-]+\.log):(\d+)$/;
const mostLines = 20;

interface Log {
  lines: readonly string[];
  /** Number of lines before the first of them. */
  before: number;
}

function readLog(path: string): Log {
  if (!existsSync(path)) return { lines: [], before: 0 };
  const { text, before } = logEnd(path);
  const lines = visible(text.replaceAll('\r', '')).split('\n');
  if (lines.at(-1) === '') lines.pop();
  return { lines, before };
}

/** Returns the excerpt of a result, from logs in `folder`; undefined for one that has no place in a log. */
export function excerpts(folder: string): (result: Result) => string | undefined {
  const logs = new Map<string, Log>();
  return ({ where = '', until = '' }) => {
    const [, name, first = ''] = place.exec(where) ?? [];
    if (name === undefined) return undefined;
    const log = logs.get(name) ?? readLog(join(folder, name));
    logs.set(name, log);
    const [, same, last] = place.exec(until) ?? [];
    const begin = Number(first) - 1 - log.before;
    const end = same === name ? Number(last) - log.before : log.lines.length;
    const lines = log.lines.slice(Math.max(0, begin, end - mostLines), Math.max(0, end));
    return lines.length === 0 ? undefined : lines.join('\n');
  };
}
