// SPDX-License-Identifier: BSD-2-Clause
import { resolve } from 'node:path';
import { qemuTarget } from '../../machine/qemu/qemu.js';
import { isSmp } from '../../microkit/board-facts.js';
import { bootPhases, goThrough } from '../../run/boot.js';
import { makeRunFolder } from '../../verdict/folder.js';
import type { Arguments, Command, Context } from '../command.js';
import { withCpus } from '../cores.js';
import { boardOf, buildOf, buildOptions, configOf, jsonOption, runsOf, runsOption } from '../options.js';

/** The named image, or one that is built first. */
export async function imageOf(args: Arguments, context: Context): Promise<string> {
  const [given] = args.positionals;
  if (given !== undefined) {
    const { lookAtImage } = await import('../../machine/image-file.js');
    const { checkFits } = await import('../../microkit/room.js');
    lookAtImage(given, (size) => checkFits(boardOf(args), size, given));
    return resolve(given);
  }
  // Loaded only when something is built: an existing image boots at once.
  const { buildSystem } = await import('../../subject/demo/build.js');
  return (await buildSystem(await buildOf(args, context))).image;
}

export const command: Command = {
  name: 'boot',
  summary: "boot an image to the guest's prompt",
  options: { ...buildOptions, ...runsOption, ...jsonOption },
  positionals: [
    { name: 'IMAGE', about: 'an image made by the Microkit tool; built by default', optional: true },
  ],
  example: 'vmm-harness boot build/my/loader.img --config release',
  async run(args, context) {
    const { print, progress, signal } = context;
    const board = boardOf(args);
    const config = configOf(args);
    const target = qemuTarget(withCpus(board, isSmp(config) ? board.cpu.cores : 1), undefined, progress);
    const runs = runsOf(args);
    const image = await imageOf(args, context);
    const folder = await makeRunFolder(runs, board.name, 'boot');
    const begin = performance.now();
    const machine = await target.start(image, { folder, signal });
    try {
      const ends = await goThrough(machine, bootPhases(config), progress);
      const ms = Math.round(performance.now() - begin);
      const lines = Object.fromEntries([...ends].map(([phase, { line }]) => [phase, line]));
      if (args.options.json) context.json({ image, ms, lines, folder });
      else
        print(
          `the guest's prompt appeared after ${(ms / 1000).toFixed(2)} s; its log: ${folder}/console.log`,
        );
      return 0;
    } finally {
      await machine.powerOff();
    }
  },
};
