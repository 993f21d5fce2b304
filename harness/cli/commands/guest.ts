// SPDX-License-Identifier: BSD-2-Clause

import { join, relative } from 'node:path';
import { buildLinuxGuest } from '../../../guest-builder/linux/build.js';
import { buildRoot } from '../../base/paths.js';
import { hex } from '../../base/text.js';
import { text } from '../arguments.js';
import type { Arguments, Command, Context } from '../command.js';
import { columns } from '../help.js';
import { guestOf, guestOptions, jsonOption } from '../options.js';

/** The guest that any VMM can boot as its kernel, and a device tree for it on the board. */
async function differentialGuest(args: Arguments, { print, json }: Context): Promise<number> {
  const { buildGuest } = await import('../../differential/build.js');
  const outDir = text(args, 'out') ?? join(buildRoot, 'guest');
  const { image } = await buildGuest(outDir);
  const { vcpus, board } = guestOf(args);
  const { dtb } = await buildLinuxGuest({ board, vcpus, kernel: image, initrd: image, outDir });
  if (args.options.json) json({ kernel: image, dtb });
  else
    print(
      columns([
        ['kernel', relative('', image)],
        ['device tree', relative('', dtb)],
      ]).join('\n'),
    );
  return 0;
}

export const command: Command = {
  name: 'guest',
  summary: 'make the Linux guest: kernel, initrd, device tree',
  options: {
    ...guestOptions,
    out: { value: 'DIR', about: 'folder for the results; default build/guest' },
    differential: { about: 'the bare-metal guest of differential runs instead: one Image for every machine' },
    refresh: { about: "ask Debian's mirror for newer packages even if the cache has some" },
    ...jsonOption,
  },
  example: 'vmm-harness guest --vcpus 2 --out /tmp/guest',
  async run(args, context) {
    const { print, json, progress } = context;
    if (args.options.differential) return differentialGuest(args, context);
    const outDir = text(args, 'out') ?? join(buildRoot, 'guest');
    const guest = await buildLinuxGuest({
      ...guestOf(args),
      outDir,
      complete: true,
      refresh: args.options.refresh === true,
      onProgress: (step) => progress({ kind: 'start', step }),
    });
    if (args.options.json) {
      json(guest);
      return 0;
    }
    const { kernel, dtb, initrd } = guest.layout;
    const row = (file: string, { base, size }: { base: number; size: number }) =>
      `${hex(base)}, ${size} bytes: ${relative('', file)}`;
    print(
      columns([
        ['kernel', `${row(guest.kernel, kernel)} (${guest.kernelRelease ?? 'release unknown'})`],
        ['initrd', row(guest.initrd, initrd)],
        ['device tree', row(guest.dtb, dtb)],
      ]).join('\n'),
    );
    return 0;
  },
};
