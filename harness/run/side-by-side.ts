// SPDX-License-Identifier: BSD-2-Clause
/** Several boards at once, each with its own run: who failed by whose fault, and what all of them leave behind. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { explainDisk } from '../base/disk.js';
import { exitCodes, type Fault, HarnessError } from '../base/error.js';
import type { Progress, ProgressEvent } from '../base/progress.js';
import { junitOfAll } from '../verdict/junit.js';
import type { Run } from './run.js';

/** What came of one board: a run with its verdict, or why there is none. `name` is the board's on the desk. */
export type BoardRun = { name: string } & ({ run: Run } | { error: HarnessError });

/** What one board's work is given. */
export interface Lane {
  name: string;
  /** The board's own part of the folder. */
  folder: string;
  progress: Progress;
  signal: AbortSignal;
}

/** The worst first: a product that failed counts for more than a board that could not be had. */
const order: readonly Fault[] = ['harness', 'product', 'usage', 'infrastructure'];

/** Whose fault one board's run was; undefined when it passed. */
export function faultOf(one: BoardRun): Fault | undefined {
  if ('error' in one) return one.error.fault;
  const { outcome, error } = one.run.verdict;
  if (outcome === 'pass') return undefined;
  return error?.fault ?? 'product';
}

/** 0 when every board passed, else the code of the worst fault. */
export function exitCodeOf(boards: readonly BoardRun[]): number {
  const fault = order.find((kind) => boards.some((one) => faultOf(one) === kind));
  return fault === undefined ? 0 : exitCodes[fault];
}

/** Progress of one of several: each line says whose it is, and the time of a step is its own. */
export function laneProgress(name: string, to: Progress, now = () => performance.now()): Progress {
  const begun = new Map<string, number>();
  return (event: ProgressEvent) => {
    if (event.kind === 'note') to({ ...event, text: `${name}: ${event.text}` });
    else if (event.kind === 'start') begun.set(event.step, now());
    else if (event.kind === 'done') {
      const seconds = (now() - (begun.get(event.step) ?? now())) / 1000;
      const note = event.note === undefined ? '' : `: ${event.note}`;
      to({ kind: 'note', text: `  ${name}: ${event.step}${note} (${seconds.toFixed(1)} s)` });
    }
  };
}

/** Does `work` for all names at once, and waits for all of them, whatever becomes of one. */
export async function sideBySide(
  names: readonly string[],
  { folder, progress, signal }: Omit<Lane, 'name'>,
  work: (lane: Lane) => Promise<Run>,
): Promise<BoardRun[]> {
  const one = async (name: string): Promise<BoardRun> => {
    const own = join(folder, name);
    try {
      await mkdir(own, { recursive: true });
      const lane = {
        name,
        folder: own,
        progress: laneProgress(name, progress),
        signal: AbortSignal.any([signal]),
      };
      return { name, run: await work(lane) };
    } catch (error) {
      if (error instanceof HarnessError) return { name, error };
      return {
        name,
        error: new HarnessError('harness', 'a bug of the harness', { got: String(error), cause: error }),
      };
    }
  };
  return Promise.all(names.map(one));
}

/** What a machine reads of all boards. */
export function summary(boards: readonly BoardRun[], folder: string, repeat: string) {
  return {
    outcome: exitCodeOf(boards) === 0 ? 'pass' : 'fail',
    boards: boards.map((one) => ({
      name: one.name,
      fault: faultOf(one) ?? null,
      ...('run' in one
        ? { folder: relative(folder, one.run.folder), ...one.run.verdict }
        : {
            outcome: 'no verdict',
            error: { message: one.error.message, ...one.error.detail, cause: undefined },
          }),
    })),
    repeat,
  };
}

/** Writes `verdict.json` and `junit.xml` of all boards into their common folder. */
export async function writeSummary(
  folder: string,
  boards: readonly BoardRun[],
  repeat: string,
  ms: number,
): Promise<void> {
  try {
    const text = JSON.stringify(summary(boards, folder, repeat), undefined, 2);
    await writeFile(join(folder, 'verdict.json'), `${text}\n`);
    await writeFile(join(folder, 'junit.xml'), junitOfAll(boards, ms));
  } catch (error) {
    throw explainDisk(error, folder, 'give another folder with --runs DIR');
  }
}
