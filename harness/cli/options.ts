// SPDX-License-Identifier: BSD-2-Clause
/** Interprets the options that several commands take. */

import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { Board } from '../../boards/board.js';
import { boards } from '../../boards/index.js';
import { requireFolderFor } from '../base/disk.js';
import { HarnessError } from '../base/error.js';
import { runsFolder } from '../base/paths.js';
import { requirePlain } from '../base/run-tool.js';
import { nearest } from '../base/spelling.js';
import type { BuildRequest } from '../subject/demo/build.js';
import { integer, text } from './arguments.js';
import type { Arguments, Context } from './command.js';
import { configs, defaultBoard, maxVcpus } from './option-tables.js';

export * from './option-tables.js';

/** The board of `--board`. Throws HarnessError (usage) with the nearest name. */
export function boardOf(args: Arguments): Board {
  const name = text(args, 'board') ?? defaultBoard;
  const board = boards.get(name);
  if (board) return board;
  const near = nearest(name, boards.keys());
  throw new HarnessError('usage', `there is no board ${name}`, {
    expected: `one of ${[...boards.keys()].join(', ')}`,
    wayOut: near ? `did you mean ${near}?` : 'vmm-harness boards',
  });
}

/** The configuration of `--config`. Throws HarnessError (usage) for an unknown one. */
export function configOf(args: Arguments, otherwise = 'debug'): string {
  const config = text(args, 'config') ?? otherwise;
  if (configs.includes(config)) return config;
  throw new HarnessError('usage', `there is no configuration ${config}`, {
    expected: `one of ${configs.join(', ')}`,
  });
}

/**
 * The folder for run folders. Throws HarnessError when it cannot be written, before any work whose result goes there.
 */
export function runsOf(args: Arguments): string {
  const folder = runsFolder(text(args, 'runs'));
  requireFolderFor(folder, 'choose another folder with --runs DIR');
  return folder;
}

/** The options that describe the guest. */
export function guestOf(args: Arguments) {
  return {
    board: boardOf(args),
    vcpus: integer(args, 'vcpus', 1, maxVcpus) ?? 1,
    kernel: text(args, 'kernel'),
    initrd: text(args, 'initrd'),
    dtb: text(args, 'dtb'),
  };
}

/** The requested build, with its SDK found (minikit: built). Reports in one line which SDK it is. */
export async function buildOf(
  args: Arguments,
  { progress, signal }: Pick<Context, 'progress' | 'signal'>,
): Promise<BuildRequest> {
  for (const file of ['kernel', 'initrd', 'dtb'].map((name) => text(args, name)))
    if (file !== undefined) requirePlain(resolve(file));
  // Commands that build nothing do not wait until the modules that run programs are loaded.
  const { findSdk } = await import('../microkit/find.js');
  const { minikitIsNot } = await import('../microkit/sdk.js');
  const guest = guestOf(args);
  const config = configOf(args);
  const wanted = text(args, 'sdk');
  const microkit = text(args, 'microkit');
  const sdk = await findSdk({ wanted, microkit, board: guest.board, progress });
  const chosen = wanted === undefined ? 'no Microkit SDK found, using minikit' : 'using minikit';
  progress({
    kind: 'note',
    text:
      sdk.provider === 'minikit'
        ? `${chosen} (${minikitIsNot})`
        : `using seL4: Microkit SDK ${sdk.version} in ${sdk.dir}`,
  });
  const { crawls, onCores } = await import('./cores.js');
  const cores = onCores(args, guest.board, sdk, config);
  const slow = crawls(cores.board, availableParallelism());
  if (slow !== undefined) progress({ kind: 'note', text: slow });
  return { ...guest, ...cores, sdk, config, progress, signal };
}
