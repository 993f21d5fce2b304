// SPDX-License-Identifier: BSD-2-Clause
import type { Command, Family } from '../command.js';
import { guestOptions } from '../option-tables.js';
import { check } from './system-check.js';
import { draw, explain, fmt } from './system-show.js';

const print: Command = {
  name: 'system print',
  summary: 'print the system description of the demo: one VMM, one Linux guest',
  options: { board: guestOptions.board, vcpus: guestOptions.vcpus } as Command['options'],
  example: 'vmm-harness system print --vcpus 2',
  async run(args, context) {
    const { guestOf } = await import('../options.js');
    const { board, vcpus } = guestOf(args);
    const { linuxSystem } = await import('../../subject/demo/linux-system.js');
    const { writeSystem } = await import('../../system/write.js');
    context.print(writeSystem(linuxSystem(board, vcpus, board.guest.ram)), 'document');
    return 0;
  },
};

export const command: Family = {
  name: 'system',
  summary: 'system descriptions: check, draw, format and explain them',
  members: { print, check, draw, fmt, explain },
};
