// SPDX-License-Identifier: BSD-2-Clause
import { relative, resolve } from 'node:path';
import { exitCodes, HarnessError } from '../../base/error.js';
import { keptCases } from '../../conform/corpus.js';
import type { PlanRequest } from '../../conform/plan-request.js';
import { reportText } from '../../conform/report-text.js';
import { selectTiers } from '../../conform/request.js';
import { conform } from '../../conform/run.js';
import { type TierWord, tierNames, tierWords } from '../../conform/tier-names.js';
import { writeRun } from '../../conform/write-run.js';
import { isSmp } from '../../microkit/board-facts.js';
import { findSdk } from '../../microkit/find.js';
import { dialects } from '../../subject/dialects.js';
import { subjectOf } from '../../subject/library.js';
import { integer, text } from '../arguments.js';
import type { Arguments, Command } from '../command.js';
import { onCores } from '../cores.js';
import { labBoardOf, labOption } from '../lab-options.js';
import { labSeatOf } from '../lab-seat.js';
import { orLeaveFailure } from '../leave-failure.js';
import { leaveReport } from '../leave-report.js';
import { boardOf, boardOptions, configOf, coresOption, jsonOption, runsOf, runsOption } from '../options.js';

const largestSeed = 0x7fff_ffff;

/** A guest can stop a debug kernel through its debug calls, so the default is a release kernel. */
const defaultConfig = 'release';

function tierOf(args: Arguments): TierWord {
  const name = text(args, 'tier') ?? 'all';
  const found = tierWords.find((one) => one === name);
  if (found !== undefined) return found;
  throw new HarnessError('usage', `there is no tier ${name}`, {
    expected: `one of ${tierWords.join(', ')}`,
    got: name,
  });
}

/** The options that select the same targets. */
function targetOptions(args: Arguments): string[] {
  const files = ['lab', 'lib', 'host-lib'];
  return ['board', 'sdk', 'config', 'cores', 'api', ...files, 'include'].flatMap((name) => {
    const value = text(args, name);
    if (value === undefined) return [];
    if (name === 'include')
      return [
        `--include ${value
          .split(':')
          .map((one) => resolve(one))
          .join(':')}`,
      ];
    return [`--${name} ${files.includes(name) ? resolve(value) : value}`];
  });
}

/** Whether the kernel has several cores, or should have. */
const isSpread = (args: Arguments, config: string) => text(args, 'cores') !== undefined || isSmp(config);

export const command: Command = {
  name: 'conform',
  summary: 'does a VMM library do what its API and the architecture say?',
  options: {
    tier: {
      value: 'NAME',
      about: `where to look: ${tierNames.join(', ')}, bare, bare-gicv3 (machines without a VMM); default: all`,
    },
    bare: {
      about: "runs the same cases on the machine without a VMM; always done for the project's own libvmm",
    },
    ...boardOptions,
    ...labOption,
    sdk: {
      value: 'SDK',
      about: 'a directory, or a name from vmm-harness sdk list; default MICROKIT_SDK or minikit',
    },
    config: { value: 'NAME', about: `configuration of the SDK; default ${defaultConfig}` },
    ...coresOption,
    api: {
      value: 'NAME',
      about: `the library's dialect of the API: ${[...dialects.keys()].join(', ')}; default spec`,
    },
    lib: {
      value: 'FILE',
      about: "the library's archive, built for the target; default: the project's libvmm",
    },
    'host-lib': { value: 'FILE', about: "the library's archive, built for this machine" },
    include: { value: 'DIR', about: "the folders of the library's headers, separated by :" },
    seed: {
      value: 'N',
      about: `the seed of the cases, 0 to ${largestSeed}; default: a new one each time`,
    },
    cases: {
      value: 'N',
      about: 'cases to make on each tier; default 3000 on the host, 800 in QEMU or on a board',
    },
    replay: { value: 'FILE', about: 'run only the case in this file' },
    ...runsOption,
    ...jsonOption,
  },
  example: 'vmm-harness conform --tier qemu --seed 42 --cases 500',
  async run(args, context) {
    const { print, json, progress, signal, self } = context;
    const subject = subjectOf({
      api: text(args, 'api'),
      lib: text(args, 'lib'),
      hostLib: text(args, 'host-lib'),
      include: text(args, 'include'),
    });
    const file = text(args, 'replay');
    const kept = keptCases(file);
    const seed = integer(args, 'seed', 0, largestSeed) ?? Math.floor(Math.random() * largestSeed);
    const tier = tierOf(args);
    const cases = file === undefined ? integer(args, 'cases', 0, 100_000_000) : 0;
    const entry = text(args, 'lab') === undefined ? undefined : await labBoardOf(args);
    const board = entry !== undefined || text(args, 'board') === undefined ? undefined : boardOf(args);
    const bare = args.options.bare === true;
    const config = configOf(args, defaultConfig);
    const own = [`${self} conform`, ...targetOptions(args)].join(' ');
    const count = cases === undefined ? '' : ` --cases ${cases}`;
    const which = file === undefined ? `--seed ${seed}${count}` : `--replay ${file}`;
    const again = bare ? `${which} --bare` : which;
    const repeat = `${own} --tier ${tier} ${again}`;
    const attempt = {
      runsRoot: runsOf(args),
      board: entry?.name ?? board?.name ?? 'boards',
      sdk: 'conform',
      config,
      vcpus: 0,
      target: tier,
      undone: ['conformance'],
      repeat,
    };
    const { request, done } = await orLeaveFailure(attempt, context, async () => {
      const lab = entry && (await labSeatOf(entry, args, context, 'conform'));
      const sdk = () => findSdk({ wanted: text(args, 'sdk'), progress });
      const spread = isSpread(args, config)
        ? onCores(args, entry?.board ?? boardOf(args), await sdk(), config)
        : { board, cores: undefined };
      const planned: PlanRequest = {
        lab,
        subject,
        cases,
        bare,
        progress,
        signal,
        config,
        sdk,
        board: entry === undefined ? spread.board : undefined,
        cores: spread.cores,
      };
      const selected = await selectTiers(tier, planned, { seed, kept });
      const asked = { ...selected, self: own, repeat, runsRoot: attempt.runsRoot, folder: lab?.folder };
      return { request: asked, done: await conform(asked) };
    });
    const { report, folder } = await writeRun(request, done);
    await leaveReport(folder, progress);
    const more = `run folder: ${relative('', folder)}\nrepeat: ${report.repeat}`;
    if (args.options.json) json({ folder, ...report });
    else print(`${reportText(report, file !== undefined)}\n${more}`);
    return report.outcome === 'pass' ? 0 : exitCodes.product;
  },
};
