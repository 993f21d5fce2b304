// SPDX-License-Identifier: BSD-2-Clause
import { exitCodes } from '../../base/error.js';
import { labTarget } from '../../machine/board/target.js';
import { qemuTarget } from '../../machine/qemu/qemu.js';
import { demoPlan } from '../../run/demo-plan.js';
import { runOn } from '../../run/run.js';
import { buildSystem } from '../../subject/demo/build.js';
import { text } from '../arguments.js';
import type { Command } from '../command.js';
import { forBoard, labBoardOf, labOption } from '../lab-options.js';
import { leaveReport } from '../leave-report.js';
import { buildOf, buildOptions, jsonOption, runsOf, runsOption } from '../options.js';
import { repeatLine } from '../repeat-line.js';
import { verdictTable } from '../verdict-table.js';

export const command: Command = {
  name: 'run',
  summary: 'build, boot and check: all of it',
  options: {
    ...buildOptions,
    ...labOption,
    all: { about: 'every board of the lab file side by side: one verdict, one folder' },
    ...runsOption,
    ...jsonOption,
  },
  example: 'vmm-harness run --vcpus 2',
  async run(args, context) {
    const { print, progress, signal, self } = context;
    if (args.options.all) {
      const { runAll } = await import('../run-all.js');
      return runAll(args, context);
    }
    const entry = text(args, 'lab') === undefined ? undefined : await labBoardOf(args);
    const build = await buildOf(entry ? forBoard(args, entry) : args, context);
    const target = entry
      ? labTarget(entry, { progress, command: `${self} run` })
      : qemuTarget(build.board, undefined, progress);
    const built = await buildSystem(build);
    const run = await runOn({
      build,
      built,
      target,
      plan: demoPlan(build, built),
      progress,
      signal,
      runsRoot: runsOf(args),
      repeat: repeatLine(self, args, build.sdk.provider === 'minikit' ? 'minikit' : build.sdk.dir),
    });
    const { verdict, folder } = run;
    await leaveReport(folder, progress);
    print(args.options.json ? JSON.stringify({ folder, ...verdict }, undefined, 2) : verdictTable(run));
    if (verdict.outcome === 'pass') return 0;
    return verdict.error ? exitCodes[verdict.error.fault] : exitCodes.product;
  },
};
