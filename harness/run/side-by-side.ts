// SPDX-License-Identifier: BSD-2-Clause
/** Runs several boards at once, each in its own run. */
import { join } from 'node:path';
import { makeFolder } from '../base/disk.js';
import { HarnessError } from '../base/error.js';
import type { Progress, ProgressEvent } from '../base/progress.js';
import type { BoardRun, Run } from '../verdict/verdict.js';

/** What the work on one board is given. */
export interface Lane {
  name: string;
  /** The board's own subfolder. */
  folder: string;
  progress: Progress;
  signal: AbortSignal;
}

/** Progress of one board among several. Each line names its board, and times are measured per step. */
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

/** Runs `work` for all names at once and waits for all of them, whatever the outcome of each. */
export async function sideBySide(
  names: readonly string[],
  { folder, progress, signal }: Omit<Lane, 'name'>,
  work: (lane: Lane) => Promise<Run>,
): Promise<BoardRun[]> {
  const one = async (name: string): Promise<BoardRun> => {
    const own = join(folder, name);
    try {
      makeFolder(own);
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
