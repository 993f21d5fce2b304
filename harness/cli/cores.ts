// SPDX-License-Identifier: BSD-2-Clause
/** `--cores`, and how many cores the machine gets. */
import type { Board } from '../../boards/board.js';
import { HarnessError } from '../base/error.js';
import { requireBoard, type Sdk } from '../microkit/sdk.js';
import { isSmp } from '../system/board-facts.js';
import { sdkCores } from '../system/sdk-facts.js';
import { integer } from './arguments.js';
import type { Arguments } from './command.js';

/** The board with as many CPUs in QEMU as a kernel runs on: it waits for all of them. */
export function withCpus(board: Board, cpus: number): Board {
  return board.qemu === undefined || cpus === 1 ? board : { ...board, qemu: { ...board.qemu, cpus } };
}

function wayToMore(board: Board, sdk: Sdk, config: string): string {
  if (sdk.provider === 'minikit')
    return 'minikit runs on one core: take a Microkit SDK 2.1.0 or later with --sdk';
  if (!isSmp(config)) return `--config smp-${config}`;
  return `an SDK whose kernel for ${board.name} runs on more`;
}

/** What `--cores` and the SDK's kernel make of a build. Throws HarnessError (usage) when the kernel has too few cores. */
export function onCores(
  args: Arguments,
  board: Board,
  sdk: Sdk,
  config: string,
): { board: Board; cores: number | undefined } {
  const cores = integer(args, 'cores', 1, board.cpu.cores);
  if (cores === undefined && !isSmp(config)) return { board, cores };
  requireBoard(sdk, board.name, config);
  const there = sdkCores(sdk.dir, board.name, config);
  if (cores !== undefined && cores > there) {
    throw new HarnessError(
      'usage',
      `the kernel of ${sdk.name} ${config} runs on ${there} core${there > 1 ? 's' : ''}`,
      {
        expected: `--cores of at most ${there}`,
        got: `--cores ${cores}`,
        wayOut: wayToMore(board, sdk, config),
      },
    );
  }
  return { board: withCpus(board, there), cores };
}
