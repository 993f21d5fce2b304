// SPDX-License-Identifier: BSD-2-Clause
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative, resolve } from 'node:path';
import { exitCodes, HarnessError } from '../../base/error.js';
import { interruptedCode } from '../../base/interrupt.js';
import { buildGuest } from '../../differential/build.js';
import { defaultActs } from '../../differential/generate.js';
import { knownDifferences } from '../../differential/known/known.js';
import { imageMachines, type Machines, ownMachines } from '../../differential/machines.js';
import { inQemu, onBoard, type Place } from '../../differential/places.js';
import { readReplay } from '../../differential/replay-file.js';
import { reportText } from '../../differential/report.js';
import { runDifferential } from '../../differential/run.js';
import { kinds } from '../../differential/vocabulary/kinds.js';
import { writeRun } from '../../differential/write-run.js';
import { findSdk } from '../../microkit/find.js';
import { integer, text } from '../arguments.js';
import type { Arguments, Command, Context } from '../command.js';
import { labBoardOf, labOption } from '../lab-options.js';
import { labSeatOf } from '../lab-seat.js';
import { orLeaveFailure } from '../leave-failure.js';
import { boardOf, boardOptions, configOf, jsonOption, maxVcpus, runsOf, runsOption } from '../options.js';

const largestSeed = 0x3fff_ffff;
const defaultPrograms = 1_000;
/** A guest can stop a debug kernel through its debug calls, so the default is a release kernel. */
const defaultConfig = 'release';

const vcpusOf = (args: Arguments): number => integer(args, 'vcpus', 1, maxVcpus) ?? 1;

function kindsOf(args: Arguments): string[] {
  const all = kinds.map(({ name }) => name);
  const wanted = text(args, 'kinds')?.split(',') ?? all;
  const useless =
    vcpusOf(args) === 1 && wanted.every((name) => kinds.find((kind) => kind.name === name)?.cpus);
  if (useless)
    throw new HarnessError('usage', `acts of kind ${wanted.join(', ')} need several CPUs`, {
      wayOut: 'add --vcpus 2',
    });
  const unknown = wanted.find((name) => !all.includes(name));
  if (unknown === undefined) return wanted;
  throw new HarnessError('usage', `there is no kind of act ${unknown}`, {
    expected: `some of ${all.join(', ')}`,
  });
}

/** An existing image, or the project's own VMM, built now. */
async function machinesOf(
  args: Arguments,
  place: Place,
  folder: string,
  { progress, signal }: Context,
): Promise<Machines> {
  const vcpus = vcpusOf(args);
  const request = { place, guest: await buildGuest(), vcpus, folder, signal };
  const file = text(args, 'image');
  if (file === undefined) {
    const sdk = await findSdk({ wanted: text(args, 'sdk'), progress });
    return ownMachines(sdk, configOf(args, defaultConfig), request);
  }
  if (existsSync(file)) return imageMachines(resolve(file), basename(file), request);
  const wayOut = "give the image that the SDK's tool made, loader.img";
  throw new HarnessError('usage', 'the image does not exist', { where: file, wayOut });
}

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
    const wanted = kindsOf(args);
    const entry = text(args, 'lab') === undefined ? undefined : await labBoardOf(args);
    const board = entry?.board ?? boardOf(args);
    const started = new Date();
    const runsRoot = runsOf(args);
    const scratch = mkdtempSync(join(tmpdir(), 'vmm-harness-differential-'));
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
      const { machines, run, made } = await orLeaveFailure(attempt, context, async () => {
        const seat = entry && (await labSeatOf(entry, args, context, 'differential'));
        const both = await machinesOf(args, seat ? onBoard(seat) : inQemu(board), scratch, context);
        const table = knownDifferences;
        const vocabulary = {
          kinds: wanted,
          acts,
          gic: board.gic.version,
          cpus: vcpusOf(args),
          losesPar: both.losesPar,
        };
        const request = { machines: both, table, vocabulary, seed, programs, replay, progress, signal };
        return { machines: both, run: await runDifferential(request), made: seat?.folder };
      });
      const { report, folder } = await writeRun(run, {
        subject: machines.name,
        board: board.name,
        seed,
        started,
        interrupted: signal.aborted,
        self: own,
        runsRoot,
        folder: made,
        repeat,
      });
      if (args.options.json) context.json({ folder, ...report });
      else print(`${reportText(report)}\nrun folder: ${relative('', folder)}\nrepeat: ${report.repeat}`);
      if (report.outcome === 'interrupted') return interruptedCode;
      return report.outcome === 'pass' ? 0 : exitCodes.product;
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  },
};
