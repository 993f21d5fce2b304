// SPDX-License-Identifier: BSD-2-Clause
/** `--cores`, and the number of cores that the machine gets. */
import type { Board } from '../../boards/board.js';
import { HarnessError } from '../base/error.js';
import { isSmp } from '../microkit/board-facts.js';
import { requireBoard, type Sdk } from '../microkit/sdk.js';
import { sdkCores } from '../microkit/sdk-facts.js';
import { integer } from './arguments.js';
import type { Arguments } from './command.js';

/** The board with as many CPUs in QEMU as a kernel runs on, because the kernel waits for all of them. */
export function withCpus(board: Board, cpus: number): Board {
  return board.qemu === undefined || cpus === 1 ? board : { ...board, qemu: { ...board.qemu, cpus } };
}

/**
 * The warning about a kernel for several cores in QEMU on a host with `host` cores; undefined if the host has enough.
 */
export function crawls({ qemu }: Board, host: number): string | undefined {
  const { cpus = 1 } = qemu ?? {};
  if (cpus <= host || cpus === 1) return undefined;
  return `this machine has ${host} core${host > 1 ? 's' : ''} for the ${cpus} of QEMU: seL4's cores wait for each other in busy loops, and a boot in QEMU can take longer than a run waits (docs/known-issues.md)`;
}

function wayToMore(board: Board, sdk: Sdk, config: string): string {
  if (sdk.provider === 'minikit')
    return 'minikit runs on one core: choose a Microkit SDK 2.1.0 or later with --sdk';
  if (!isSmp(config)) return `--config smp-${config}`;
  return `an SDK whose kernel for ${board.name} runs on more`;
}

/**
 * The effect of `--cores` and the SDK's kernel on a build. Throws HarnessError (usage) when the kernel has too few
 * cores.
 */
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
