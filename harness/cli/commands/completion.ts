// SPDX-License-Identifier: BSD-2-Clause
import { boards } from '../../../boards/index.js';
import { HarnessError } from '../../base/error.js';
import { tierWords } from '../../conform/tier-names.js';
import { minikitVersions } from '../../microkit/minikit.js';
import { dialects } from '../../subject/dialects.js';
import type { Command } from '../command.js';
import { completions } from '../completion.js';
import { configs } from '../option-tables.js';

export const command: Command = {
  name: 'completion',
  summary: 'completion of commands and options, for a shell',
  options: {},
  positionals: [{ name: 'SHELL', about: Object.keys(completions).join(', ') }],
  example: 'eval "$(vmm-harness completion bash)"',
  async run({ positionals: [shell = ''] }, { print, commands }) {
    const script = Object.hasOwn(completions, shell) ? completions[shell] : undefined;
    if (script === undefined)
      throw new HarnessError('usage', `there is no completion for ${shell}`, {
        expected: `one of ${Object.keys(completions).join(', ')}`,
      });
    const values = {
      board: [...boards.keys()],
      config: configs,
      tier: tierWords,
      api: [...dialects.keys()],
      microkit: minikitVersions,
      sdk: ['minikit'],
    };
    print(script({ commands: await commands(), values }), 'document');
    return 0;
  },
};
