// SPDX-License-Identifier: BSD-2-Clause
import { settingsText } from '../../machine/board/serial/settings.js';
import { hold } from '../../machine/board/target.js';
import { breakName, quitName, terminal } from '../../machine/board/terminal.js';
import { makeRunFolder } from '../../verdict/folder.js';
import type { Command } from '../command.js';
import { labBoardOf, labFileOption } from '../lab-options.js';
import { runsOf, runsOption } from '../options.js';
import { withRawInput } from '../raw-input.js';

export const command: Command = {
  name: 'console',
  summary: "a terminal on a board's serial line, with the log kept",
  options: {
    ...labFileOption,
    power: { about: 'switch the board off and on first; always done for a virtual board' },
    ...runsOption,
  },
  example: 'vmm-harness console --board odroidc4',
  async run(args, { print, progress, signal, self }) {
    const entry = await labBoardOf(args);
    const runs = runsOf(args);
    const folder = await makeRunFolder(runs, entry.name, 'console');
    const held = await hold(entry, { folder, signal }, { progress, command: `${self} console` });
    try {
      print(
        `${held.desk.port}, ${settingsText(held.line.speed)}; ${quitName} leaves it, ${breakName} sends a break; log: ${folder}/console.log`,
      );
      await withRawInput(async (input) => {
        const done = terminal(held, input, process.stdout, print);
        if (args.options.power || entry.virtual) await held.desk.power.cycle(signal);
        await done;
      });
      return 0;
    } finally {
      await held.leave();
    }
  },
};
