// SPDX-License-Identifier: BSD-2-Clause
import { basename } from 'node:path';
import { exitCodes } from '../../base/error.js';
import { labTarget } from '../../machine/board/target.js';
import { qemuTarget } from '../../machine/qemu/qemu.js';
import { demoPlan } from '../../run/demo-plan.js';
import { runOn } from '../../run/run.js';
import { buildSystem } from '../../subject/demo/build.js';
import { text } from '../arguments.js';
import type { Command } from '../command.js';
import { forBoard, labBoardOf, labOption } from '../lab-options.js';
import { orLeaveFailure } from '../leave-failure.js';
import { leaveReport } from '../leave-report.js';
import {
  boardOf,
  buildOf,
  buildOptions,
  configOf,
  guestOf,
  jsonOption,
  runsOf,
  runsOption,
} from '../options.js';
import { repeatLine } from '../repeat-line.js';
import { verdictTable } from '../verdict-table.js';

export const command: Command = {
  name: 'run',
  summary: 'build, boot and check a guest',
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
    const asked = entry ? forBoard(args, entry) : args;
    const runsRoot = runsOf(args);
    const attempt = {
      runsRoot,
      board: boardOf(asked).name,
      sdk: basename(text(args, 'sdk') ?? 'default'),
      config: configOf(asked),
      vcpus: guestOf(asked).vcpus,
      target: entry ? entry.name : 'qemu',
      undone: ['boot', 'checks'],
      repeat: repeatLine(self, args, undefined),
    };
    const { build, built, target } = await orLeaveFailure(attempt, context, async () => {
      const onDesk = entry && labTarget(entry, { progress, command: `${self} run` });
      await onDesk?.look?.();
      const request = await buildOf(asked, context);
      const machine = onDesk ?? qemuTarget(request.board, undefined, progress);
      if (!entry) await machine.look?.();
      return { build: request, target: machine, built: await buildSystem(request) };
    });
    const run = await runOn({
      build,
      built,
      target,
      plan: demoPlan(build, built),
      progress,
      signal,
      runsRoot,
      repeat: repeatLine(self, args, build.sdk.provider === 'minikit' ? 'minikit' : build.sdk.dir),
    });
    const { verdict, folder } = run;
    await leaveReport(folder, progress);
    if (args.options.json) context.json({ folder, ...verdict });
    else print(verdictTable(run));
    if (verdict.outcome === 'pass') return 0;
    return verdict.error ? exitCodes[verdict.error.fault] : exitCodes.product;
  },
};
