// SPDX-License-Identifier: BSD-2-Clause
import { readFile } from 'node:fs/promises';
import { linuxSystem } from '../../build/linux-system.js';
import { HarnessError } from '../../error.js';
import { readChecked } from '../../system/check.js';
import { Source, writeSystem } from '../../system/index.js';
import { explainMistake } from '../../system/mistake.js';
import type { Command, Family } from '../command.js';
import { guestOf, guestOptions } from '../options.js';

const print: Command = {
  name: 'system print',
  summary: 'the system description of the main job: one VMM, one Linux guest',
  options: { board: guestOptions.board, vcpus: guestOptions.vcpus } as Command['options'],
  example: 'vmm-harness system print --vcpus 2',
  async run(args, context) {
    const { board, vcpus } = guestOf(args);
    context.print(writeSystem(linuxSystem(board, vcpus, board.guest.ram)));
    return 0;
  },
};

const check: Command = {
  name: 'system check',
  summary: 'every mistake of a system description, with its place',
  options: {},
  positionals: [{ name: 'FILE', about: 'a Microkit system description' }],
  example: 'vmm-harness system check my.system',
  async run({ positionals: [path = ''] }, context) {
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (cause) {
      throw new HarnessError('usage', 'the system description can not be read', {
        where: path,
        got: (cause as Error).message,
        cause,
      });
    }
    const { warnings } = readChecked(new Source(path, text));
    for (const warning of warnings) context.print(explainMistake(warning));
    context.print(`${path}: no mistakes`);
    return 0;
  },
};

export const command: Family = {
  name: 'system',
  summary: 'print or check a system description',
  members: { print, check },
};
