// SPDX-License-Identifier: BSD-2-Clause
import { boards } from '../../../boards/index.js';
import type { Command } from '../command.js';
import { columns } from '../help.js';
import { jsonOption } from '../options.js';

export const command: Command = {
  name: 'boards',
  summary: 'the boards, and what can run them',
  options: jsonOption,
  example: 'vmm-harness boards --json',
  async run({ options }, { print }) {
    const list = [...boards.values()];
    if (options.json) print(JSON.stringify(list, undefined, 2));
    else {
      const rows = list.map(({ name, description, qemu, providers }) => {
        const runs = qemu ? `QEMU ${qemu.machine}` : 'hardware only';
        return [name, `${description}; ${runs}; SDKs: ${providers.join(', ')}`] as const;
      });
      print(columns(rows).join('\n'));
    }
    return 0;
  },
};
