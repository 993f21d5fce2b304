// SPDX-License-Identifier: BSD-2-Clause
/** What a command that was ended has left: processes, locks, half files, results. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { interruptedCode } from '../base/interrupt.js';
import { buildRoot } from '../base/paths.js';

export interface Ended {
  /** Where the command worked. */
  folder: string;
  /** A variable of its environment that nothing else has. */
  mark: string;
  wasKilled: boolean;
  signal: NodeJS.Signals;
  code: number | null;
}

/** Processes that were started by the command, or by what it started. */
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

/** Locks of builds that are still held; a lock of an SDK's or of the cache has the same form. */
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

/** Verdicts of a command that came to none. */
function results({ folder, wasKilled }: Ended): string[] {
  if (!wasKilled) return [];
  return filesIn(folder)
    .filter((file) => /\/(verdict|report)\.json$/.test(file))
    .flatMap((file) => {
      const { outcome } = JSON.parse(readFileSync(file, 'utf8')) as { outcome?: string };
      return outcome === 'interrupted' ? [] : [`result ${outcome} in ${file}`];
    });
}

/** Everything that should not be there, in words. */
export async function leftBehind(ended: Ended): Promise<string[]> {
  const { folder, mark, wasKilled, signal, code } = ended;
  const wanted = wasKilled && signal !== 'SIGKILL';
  // A signal that comes while the program is being loaded ends it at once: it has no code, and has begun nothing.
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
