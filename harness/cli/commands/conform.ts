// SPDX-License-Identifier: BSD-2-Clause
import { relative, resolve } from 'node:path';
import { corpusFolder, readCaseFile, readCorpus } from '../../conform/corpus.js';
import { buildHostTier, HostTier, ownLibrary } from '../../conform/host-tier.js';
import { reportText } from '../../conform/report.js';
import { conform } from '../../conform/run.js';
import { exitCodes, HarnessError } from '../../error.js';
import { packageRoot } from '../../paths.js';
import { step } from '../../progress.js';
import { integer, text } from '../arguments.js';
import type { Command } from '../command.js';
import { jsonOption, runsOption } from '../options.js';

const defaultCases = 3000;
const largestSeed = 0x7fff_ffff;

export const command: Command = {
  name: 'conform',
  summary: 'does a VMM library do what its API and the architecture say?',
  options: {
    tier: { value: 'NAME', about: 'where to look: host; host when not given' },
    seed: {
      value: 'N',
      about: `what the cases are made from, 0 to ${largestSeed}; another each time when not given`,
    },
    cases: { value: 'N', about: `cases to make; ${defaultCases} when not given` },
    replay: { value: 'FILE', about: 'only the case in this file' },
    library: {
      value: 'DIR',
      about: "the library's directory, with include/ and src/; our own when not given",
    },
    ...runsOption,
    ...jsonOption,
  },
  example: 'vmm-harness conform --tier host --seed 42 --cases 500',
  async run(args, { print, progress, signal, self }) {
    const tierName = text(args, 'tier') ?? 'host';
    if (tierName !== 'host')
      throw new HarnessError('usage', `there is no tier ${tierName}`, { expected: 'host' });
    const library = resolve(text(args, 'library') ?? ownLibrary);
    const file = text(args, 'replay');
    const kept = file === undefined ? readCorpus(corpusFolder) : [readCaseFile(file)];
    const cases = file === undefined ? (integer(args, 'cases', 0, 100_000_000) ?? defaultCases) : 0;
    const seed = integer(args, 'seed', 0, largestSeed) ?? Math.floor(Math.random() * largestSeed);
    const build = { flavour: 'checked', library } as const;
    const program = await step(progress, 'build the host tier', () => buildHostTier(build));
    const tier = await HostTier.start(program);
    try {
      const { report, folder } = await conform({
        ...{ tier, seed, cases, kept, progress, signal },
        subject: library === ownLibrary ? 'libvmm' : library,
        runsRoot: resolve(text(args, 'runs') ?? `${packageRoot}/runs`),
        self: `${self} conform`,
      });
      const more = `run folder: ${relative('', folder)}\nrepeat: ${report.repeat}`;
      print(
        args.options.json
          ? JSON.stringify({ folder, ...report }, undefined, 2)
          : `${reportText(report)}\n${more}`,
      );
      return report.outcome === 'pass' ? 0 : exitCodes.product;
    } finally {
      await tier.stop();
    }
  },
};
