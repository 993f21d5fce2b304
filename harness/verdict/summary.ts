// SPDX-License-Identifier: BSD-2-Clause
/** The common result of several boards: which failed and whose fault it was, in one verdict. */
import { relative } from 'node:path';
import { explainDisk, writeReport } from '../base/disk.js';
import { exitCodes, type Fault } from '../base/error.js';
import { runFile } from './run-file.js';
import type { BoardRun, Verdict } from './verdict.js';
import { junitOfAll } from './verdict-junit.js';

/** The worst first: a failed product counts for more than an unavailable board. */
const order: readonly Fault[] = ['harness', 'product', 'usage', 'infrastructure'];

/** Whose fault one board's run was; undefined when it passed. */
export function faultOf(one: BoardRun): Fault | undefined {
  if ('skipped' in one) return undefined;
  if ('error' in one) return one.error.fault;
  const { outcome, error } = one.run.verdict;
  if (outcome === 'pass') return undefined;
  return error?.fault ?? 'product';
}

/** 0 when every board passed, else the exit code of the worst fault. */
export function exitCodeOf(boards: readonly BoardRun[]): number {
  const fault = order.find((kind) => boards.some((one) => faultOf(one) === kind));
  return fault === undefined ? 0 : exitCodes[fault];
}

function outcomeOfAll(boards: readonly BoardRun[]): Verdict['outcome'] {
  const code = exitCodeOf(boards);
  if (code === 0) return 'pass';
  return code === exitCodes.product ? 'fail' : 'error';
}

/** The machine-readable summary of all boards. `interrupted`: a signal ended their runs, so there is no verdict. */
export function summary(boards: readonly BoardRun[], folder: string, repeat: string, interrupted = false) {
  return {
    outcome: interrupted ? 'interrupted' : outcomeOfAll(boards),
    boards: boards.map((one) => ({
      name: one.name,
      fault: faultOf(one) ?? null,
      ...one.place,
      ...('run' in one
        ? { folder: relative(folder, one.run.folder), ...one.run.verdict }
        : 'skipped' in one
          ? { outcome: 'skipped', reason: one.skipped }
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
  interrupted = false,
): Promise<void> {
  try {
    const text = runFile(summary(boards, folder, repeat, interrupted));
    await writeReport(folder, { 'verdict.json': text, 'junit.xml': junitOfAll(boards, ms) });
  } catch (error) {
    throw explainDisk(error, folder, 'choose another folder with --runs DIR');
  }
}
