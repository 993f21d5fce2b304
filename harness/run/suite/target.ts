// SPDX-License-Identifier: BSD-2-Clause
/** The target of a suite's case: QEMU with the suite's additions, or a board of a lab. */
import { resolve } from 'node:path';
import type { Board } from '../../../boards/board.js';
import { boards } from '../../../boards/index.js';
import { HarnessError } from '../../base/error.js';
import type { Progress } from '../../base/progress.js';
import { nearest } from '../../base/spelling.js';
import { loadLab } from '../../machine/board/lab/lab.js';
import { labTarget, oneLineOnly } from '../../machine/board/target.js';
import type { Target } from '../../machine/machine.js';
import { deadMarkers, type Marker } from '../../machine/markers.js';
import { qemuFor } from '../../machine/qemu/choose.js';
import { QemuMachine } from '../../machine/qemu/qemu.js';
import { isSmp } from '../../microkit/board-facts.js';
import { type CasePlace, suitePath } from './build.js';
import { deviceArguments } from './devices.js';
import type { Suite } from './suite.js';

/** The board with that name. Throws HarnessError (usage). */
export function boardNamed(name: string): Board {
  const board = boards.get(name);
  if (board !== undefined) return board;
  const near = nearest(name, boards.keys());
  throw new HarnessError('usage', `there is no board ${name}`, {
    expected: `one of ${[...boards.keys()].join(', ')}`,
    ...(near !== undefined && { wayOut: `did you mean ${near}?` }),
  });
}

/** The suite's lines that mean a dead machine. */
function ownMarkers({ name, death }: Suite): Marker[] {
  return death.map(({ line, means }) => ({
    who: name,
    ends: 'machine',
    line: typeof line === 'string' ? new RegExp(line.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')) : line,
    means,
  }));
}

/** The board's machine with the suite's cores and memory. */
function machineFor(board: Board, config: string, { qemu }: Suite): Board {
  if (board.qemu === undefined) return board;
  const { cores = isSmp(config) ? board.cpu.cores : board.qemu.cpus, memory = board.qemu.memoryMiB } = qemu;
  const cpus = cores === undefined || cores === 1 ? {} : { cpus: cores };
  return { ...board, qemu: { ...board.qemu, memoryMiB: memory, ...cpus } };
}

function qemuOf(board: Board, suite: Suite, pathOf: (text: string) => string, progress: Progress): Target {
  const find = () => qemuFor(board, progress);
  return {
    name: 'qemu',
    look: async () => {
      await find();
    },
    start: async (image, options) =>
      QemuMachine.start({
        ...options,
        board,
        image,
        qemu: await find(),
        more: [...deviceArguments(suite.qemu, options.folder, pathOf), ...suite.qemu.arguments],
        markers: [...ownMarkers(suite), ...deadMarkers],
      }),
  };
}

export interface SuiteTargetRequest extends CasePlace {
  board: Board;
  /** A lab file: its first board of that kind is taken; QEMU without one. */
  lab: string | undefined;
  /** How others who wait for the board are told who has it. */
  command: string;
  progress: Progress;
}

/** Rejects with HarnessError (usage) when the lab file has no such board. */
export async function suiteTarget(request: SuiteTargetRequest): Promise<Target> {
  const { loaded, suiteCase, board, lab, command, progress } = request;
  const { suite } = loaded;
  if (lab === undefined) {
    const pathOf = (text: string) => suitePath(text, request);
    return qemuOf(machineFor(board, suiteCase.config, suite), suite, pathOf, progress);
  }
  const entry = [...(await loadLab(resolve(lab))).values()].find((candidate) => candidate.board === board);
  if (entry !== undefined) {
    const ports = suite.guest.flatMap((guest) => guest.serial ?? []);
    if (ports.length > 0) throw oneLineOnly(ports);
    return labTarget(entry, { progress, command });
  }
  throw new HarnessError('usage', `${lab} has no ${board.name}`, {
    where: lab,
    expected: 'a board of that kind',
  });
}
