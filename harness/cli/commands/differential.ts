// SPDX-License-Identifier: BSD-2-Clause
import { rmSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { exitCodes } from '../../base/error.js';
import { interruptedCode } from '../../base/interrupt.js';
import { temporaryFolder } from '../../base/temporary.js';
import { defaultActs } from '../../differential/generate.js';
import { inQemu, onBoard } from '../../differential/places.js';
import { readReplay } from '../../differential/replay-file.js';
import { reportText } from '../../differential/report.js';
import { defaultConfig, defaultPrograms, runWanted } from '../../differential/request.js';
import { kindsNamed } from '../../differential/vocabulary/choose.js';
import { kinds } from '../../differential/vocabulary/kinds.js';
import { writeRun } from '../../differential/write-run.js';
import { integer, text } from '../arguments.js';
import type { Arguments, Command } from '../command.js';
import { labBoardOf, labOption } from '../lab-options.js';
import { labSeatOf } from '../lab-seat.js';
import { orLeaveFailure } from '../leave-failure.js';
import { boardOf, boardOptions, configOf, jsonOption, maxVcpus, runsOf, runsOption } from '../options.js';

const largestSeed = 0x3fff_ffff;

const vcpusOf = (args: Arguments): number => integer(args, 'vcpus', 1, maxVcpus) ?? 1;

/** The options that select the same machines and kinds. */
function words(args: Arguments): string[] {
  const files = ['image', 'lab'];
  return ['image', 'lab', 'board', 'sdk', 'config', 'vcpus', 'kinds'].flatMap((name) => {
    const value = text(args, name);
    return value === undefined ? [] : [`--${name} ${files.includes(name) ? resolve(value) : value}`];
  });
}

export const command: Command = {
  name: 'differential',
  summary: 'programs with and without a VMM on the same machine: which differences can a guest see?',
  options: {
    image: {
      value: 'FILE',
      about: "an image that boots the guest of guest --differential; default: the project's VMM",
    },
    ...boardOptions,
    ...labOption,
    sdk: {
      value: 'SDK',
      about:
        "for the project's VMM: a directory, or a name from vmm-harness sdk list; default MICROKIT_SDK or minikit",
    },
    config: { value: 'NAME', about: `configuration of the SDK; default ${defaultConfig}` },
    vcpus: { value: 'N', about: `virtual CPUs, 1 to ${maxVcpus}; default 1` },
    kinds: {
      value: 'LIST',
      about: `kinds of acts, separated by commas: ${kinds.map(({ name }) => name).join(', ')}`,
    },
    seed: {
      value: 'N',
      about: `the seed of the programs, 0 to ${largestSeed}; default: a new one each time`,
    },
    programs: { value: 'N', about: `number of programs; default ${defaultPrograms}` },
    acts: { value: 'N', about: `acts in a program, 1 to 150; default ${defaultActs}` },
    replay: { value: 'FILE', about: 'run only the program in this file' },
    ...runsOption,
    ...jsonOption,
  },
  example: 'vmm-harness differential --seed 42 --programs 200',
  async run(args, context) {
    const { print, progress, signal, self } = context;
    const file = text(args, 'replay');
    const replay = file === undefined ? undefined : readReplay(file);
    const seed = integer(args, 'seed', 0, largestSeed) ?? Math.floor(Math.random() * largestSeed);
    const programs = integer(args, 'programs', 1, 100_000_000) ?? defaultPrograms;
    const acts = integer(args, 'acts', 1, 150) ?? defaultActs;
    const wanted = kindsNamed(text(args, 'kinds')?.split(','), vcpusOf(args));
    const entry = text(args, 'lab') === undefined ? undefined : await labBoardOf(args);
    const board = entry?.board ?? boardOf(args);
    const started = new Date();
    const runsRoot = runsOf(args);
    const scratch = await temporaryFolder('differential');
    try {
      const own = [`${self} differential`, ...words(args)].join(' ');
      const again =
        file === undefined ? `--seed ${seed} --programs ${programs} --acts ${acts}` : `--replay ${file}`;
      const repeat = `${own} ${again}`;
      const attempt = {
        runsRoot,
        board: board.name,
        sdk: 'differential',
        config: configOf(args, defaultConfig),
        vcpus: 0,
        target: entry?.name ?? 'qemu',
        undone: ['programs'],
        repeat,
      };
      const { subject, run, leftOut, made } = await orLeaveFailure(attempt, context, async () => {
        const seat = entry && (await labSeatOf(entry, args, context, 'differential'));
        const done = await runWanted({
          image: text(args, 'image'),
          sdk: text(args, 'sdk'),
          config: configOf(args, defaultConfig),
          place: seat ? onBoard(seat) : inQemu(board),
          vcpus: vcpusOf(args),
          kinds: wanted,
          folder: scratch,
          ...{ acts, seed, programs, replay, progress, signal },
        });
        return { ...done, made: seat?.folder };
      });
      const { report, folder } = await writeRun(run, {
        subject,
        board: board.name,
        seed,
        started,
        interrupted: signal.aborted,
        leftOut,
        self: own,
        runsRoot,
        folder: made,
        repeat,
      });
      if (args.options.json) context.json({ folder, ...report });
      else print(`${reportText(report)}\nrun folder: ${relative('', folder)}\nrepeat: ${report.repeat}`);
      if (report.outcome === 'interrupted') return interruptedCode;
      return { pass: 0, fail: exitCodes.product, error: exitCodes.infrastructure }[report.outcome];
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  },
};
