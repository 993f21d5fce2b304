// SPDX-License-Identifier: BSD-2-Clause
import { existsSync, writeFileSync } from 'node:fs';
import { basename, dirname, relative } from 'node:path';
import { explainDisk } from '../../base/disk.js';
import { HarnessError } from '../../base/error.js';
import { endedBySignals } from '../../base/signals.js';
import { suiteFile } from '../../run/suite/read.js';
import { suiteTemplate } from '../../run/suite/template.js';
import { readSystem } from '../../system/read.js';
import { text } from '../arguments.js';
import type { Command } from '../command.js';
import { filePositional, sourceOf, versionOf, versionOption } from '../description.js';

export const command: Command = {
  name: 'init',
  summary: 'write vmm-suite.toml for your own system description',
  options: {
    output: {
      short: 'o',
      value: 'FILE',
      about: `the suite; default ${suiteFile} in the current folder`,
    },
    ...versionOption,
  },
  positionals: [filePositional],
  example: 'vmm-harness init build/my.system',
  async run(args, { print }) {
    const file = text(args, 'output') ?? suiteFile;
    if (existsSync(file))
      throw new HarnessError('usage', 'the suite exists already', {
        where: file,
        wayOut: 'remove it, or write another one with -o FILE',
      });
    const [path = ''] = args.positionals;
    const source = await sourceOf(args);
    const { system } = await endedBySignals(() => readSystem(source, versionOf(args)));
    const suite = suiteTemplate({
      name:
        basename(path)
          .replace(/\.[^.]*$/, '')
          .replaceAll(/[^\w.-]/g, '_') || 'my-system',
      folder: relative(dirname(file), dirname(path)) || '.',
      description: basename(path),
      system,
    });
    try {
      writeFileSync(file, suite, { flag: 'wx' });
    } catch (error) {
      throw explainDisk(error, dirname(file));
    }
    print(`${file} was written. Add your build command and your checks, then run: vmm-harness test`);
    return 0;
  },
};
