// SPDX-License-Identifier: BSD-2-Clause
import { bringUp } from '../../machine/board/bring-up.js';
import { lookAtPort } from '../../machine/board/look.js';
import { hold, interruptible } from '../../machine/board/target.js';
import { quitName, terminal } from '../../machine/board/terminal.js';
import { makeRunFolder } from '../../verdict/folder.js';
import type { Command } from '../command.js';
import { forBoard, labBoardOf, labFileOption } from '../lab-options.js';
import { buildOptions, runsOf, runsOption } from '../options.js';
import { withRawInput } from '../raw-input.js';
import { imageOf } from './boot.js';

export const command: Command = {
  name: 'flash',
  summary: 'start an image on a board: power, U-Boot, upload, check, go',
  options: {
    ...buildOptions,
    ...labFileOption,
    console: { about: `stay on its console afterwards; ${quitName} leaves it` },
    ...runsOption,
  },
  positionals: [
    { name: 'IMAGE', about: 'an image made by the Microkit tool; built by default', optional: true },
  ],
  example: 'vmm-harness flash --lab lab.toml --board odroidc4 --console',
  async run(args, context) {
    const { print, progress, signal, self } = context;
    const entry = await labBoardOf(args);
    await lookAtPort(entry, { command: `${self} flash` });
    const runs = runsOf(args);
    const image = await imageOf(forBoard(args, entry), context);
    const folder = await makeRunFolder(runs, entry.name, 'flash');
    const held = await hold(entry, { folder, signal }, { progress, command: `${self} flash` });
    try {
      const { tries } = await interruptible(held, () => bringUp({ ...held, folder: held.upload }, image));
      print(
        `${entry.name} runs ${image}${tries > 1 ? `, after ${tries} tries` : ''}; its log: ${folder}/console.log`,
      );
      if (args.options.console) {
        print(`${quitName} leaves the console`);
        await withRawInput((input) => terminal(held, input, process.stdout, print));
      } else if (entry.virtual) print('a virtual board ends with this command; use --console to stay on it');
      return 0;
    } finally {
      await (signal.aborted ? held.close() : held.leave());
    }
  },
};
