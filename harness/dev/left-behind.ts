// SPDX-License-Identifier: BSD-2-Clause
/** Leftovers of a killed command: processes, locks, half-written files, results. */

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as v from 'valibot';
import { interruptedCode } from '../base/interrupt.js';
import { jsonAs } from '../base/json.js';
import { buildRoot } from '../base/paths.js';

export interface Ended {
  /** The command's working folder. */
  folder: string;
  /** A variable in its environment that no other process has. */
  mark: string;
  wasKilled: boolean;
  signal: NodeJS.Signals;
  code: number | null;
}

/** Processes that were started by the command or its descendants. */
function processesOf(mark: string): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      if (!/^\d+$/.test(pid) || !readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark)) return [];
      const words = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').slice(0, 80);
      return [`process ${pid}: ${words}`];
    } catch {
      return [];
    }
  });
}

function filesIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return [];
  }
}

/** Locks of builds that are still held. The locks of SDKs and of the cache have the same form. */
const heldLocks = (): string[] =>
  filesIn(buildRoot)
    .filter((file) => basename(file) === 'lock' || file.endsWith('.lock'))
    .filter((file) => spawnSync('flock', ['--nonblock', file, 'true']).status !== 0)
    .map((file) => `lock ${file}`);

/** Objects and programs that are cut short, and reports that are neither whole nor absent. */
function halfFiles(folder: string): string[] {
  const built = filesIn(buildRoot).filter((file) => /\.(o|elf|a)$/.test(file) && statSync(file).size === 0);
  const reports = filesIn(folder).filter((file) => /(verdict|report)\.json$|junit\.xml$/.test(file));
  const broken = reports.filter((file) => !isWhole(file));
  const drafts = filesIn(join(folder, 'runs')).filter((file) => file.endsWith('.partial'));
  return [...built, ...broken, ...drafts].map((file) => `half file ${file}`);
}

function isWhole(file: string): boolean {
  const text = readFileSync(file, 'utf8');
  if (file.endsWith('.xml')) return text.trimEnd().endsWith('</testsuites>');
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const verdictOutcome = v.object({ outcome: v.optional(v.string()) });

/** Verdicts of a command that had none. */
function results({ folder, wasKilled }: Ended): string[] {
  if (!wasKilled) return [];
  return filesIn(folder)
    .filter((file) => /\/(verdict|report)\.json$/.test(file))
    .flatMap((file) => {
      const outcome = jsonAs(verdictOutcome, readFileSync(file, 'utf8'))?.outcome;
      return outcome === 'interrupted' ? [] : [`result ${outcome} in ${file}`];
    });
}

/** Everything that should not exist, as text. */
export async function leftBehind(ended: Ended): Promise<string[]> {
  const { folder, mark, wasKilled, signal, code } = ended;
  const wanted = wasKilled && signal !== 'SIGKILL';
  // A signal that arrives while the program is being loaded ends it at once: it has no exit code, and has begun
  // nothing.
  const isRight = code === interruptedCode || code === null;
  const wrongCode = wanted && !isRight ? [`exit code ${code} after ${signal}`] : [];
  const half = halfFiles(folder);
  return [
    ...processesOf(mark),
    ...heldLocks(),
    ...half,
    ...(half.length > 0 ? [] : results(ended)),
    ...wrongCode,
  ];
}
