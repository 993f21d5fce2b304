// SPDX-License-Identifier: BSD-2-Clause
/** `run --all`: every board of the lab file side by side, one verdict, one folder. */
import { join } from 'node:path';
import { HarnessError } from '../base/error.js';
import { loadLab } from '../machine/board/lab/lab.js';
import type { Lab, LabBoard } from '../machine/board/lab/lab-board.js';
import { sharedTftp } from '../machine/board/shared-tftp.js';
import { labTarget } from '../machine/board/target.js';
import { demoPlan } from '../run/demo-plan.js';
import { runOn } from '../run/run.js';
import { type Lane, sideBySide } from '../run/side-by-side.js';
import { type BuildRequest, type Built, buildSystem } from '../subject/demo/build.js';
import { makeRunFolder } from '../verdict/folder.js';
import { exitCodeOf, summary, writeSummary } from '../verdict/summary.js';
import { text } from './arguments.js';
import { boardTable } from './board-table.js';
import type { Arguments, Context } from './command.js';
import { forBoard, labFileOf } from './lab-options.js';
import { leaveReport } from './leave-report.js';
import { buildOf, runsOf } from './options.js';
import { repeatLine } from './repeat-line.js';

type Made = { build: BuildRequest; built: Built };

/** Builds once for each kind of board, one after the other. If a kind cannot be built, its boards get the error. */
async function buildAll(
  lab: Lab,
  args: Arguments,
  context: Context,
): Promise<Map<string, Made | HarnessError>> {
  const made = new Map<string, Made | HarnessError>();
  for (const entry of lab.values()) {
    const kind = entry.board.name;
    if (made.has(kind)) continue;
    try {
      const build = await buildOf(forBoard(args, entry), context);
      made.set(kind, { build, built: await buildSystem(build) });
    } catch (error) {
      if (!(error instanceof HarnessError) || context.signal.aborted) throw error;
      made.set(kind, error);
    }
  }
  return made;
}

/** Returns the exit code: 0 when every board passed, else that of the worst fault. */
export async function runAll(args: Arguments, context: Context): Promise<number> {
  const { print, progress, signal, self } = context;
  if (text(args, 'board') !== undefined)
    throw new HarnessError('usage', '--all selects every board of the lab file, so it excludes --board');
  const file = await labFileOf(args);
  const lab = await loadLab(file);
  const runsRoot = runsOf(args);
  const made = await buildAll(lab, args, context);
  const folder = await makeRunFolder(runsRoot, 'lab', 'all');
  const begin = performance.now();
  const tftp = await sharedTftp([...lab.values()], join(folder, 'tftp'));
  const runOne = async (lane: Lane) => {
    const entry = lab.get(lane.name) as LabBoard;
    const got = made.get(entry.board.name);
    if (got === undefined || got instanceof HarnessError) throw got;
    const { build, built } = got;
    const sdk = build.sdk.provider === 'minikit' ? 'minikit' : build.sdk.dir;
    return runOn({
      ...lane,
      build,
      built,
      plan: demoPlan(build, built),
      target: labTarget(entry, { progress: lane.progress, command: `${self} run --all`, tftp: tftp.service }),
      runsRoot: folder,
      repeat: repeatLine(self, args, sdk, { all: undefined, lab: file, board: entry.name }),
    });
  };
  const boards = await sideBySide([...lab.keys()], { folder, progress, signal }, runOne).finally(tftp.close);
  const repeat = repeatLine(self, args, undefined, { lab: file });
  await writeSummary(folder, boards, repeat, performance.now() - begin, signal.aborted);
  await leaveReport(folder, progress);
  if (signal.aborted) throw new HarnessError('usage', 'interrupted');
  if (args.options.json) context.json({ folder, ...summary(boards, folder, repeat) });
  else print(boardTable(boards, folder, repeat));
  return exitCodeOf(boards);
}
