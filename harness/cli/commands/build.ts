// SPDX-License-Identifier: BSD-2-Clause
import { relative } from 'node:path';
import { buildSystem } from '../../subject/demo/build.js';
import type { Command } from '../command.js';
import { buildOf, buildOptions, jsonOption } from '../options.js';
import { sizesOf, sizesText } from '../sizes.js';

export const command: Command = {
  name: 'build',
  summary: 'make everything up to the image',
  options: { ...buildOptions, ...jsonOption },
  example: 'vmm-harness build --vcpus 2 --config release',
  async run(args, context) {
    const built = await buildSystem(await buildOf(args, context));
    const sizes = await sizesOf(built);
    if (args.options.json) {
      const { folder, image, report, system, vmm, guest } = built;
      context.json({ folder, image, report, system, vmm, guest, sizes });
    } else context.print(`image: ${relative('', built.image)}\n${sizesText(sizes)}`);
    return 0;
  },
};
