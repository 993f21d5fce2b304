// SPDX-License-Identifier: BSD-2-Clause
/** Why a tier is not available; each function returns `undefined` when it is. */
import { spawnSync } from 'node:child_process';
import type { Board } from '../../boards/board.js';
import { qemuAtHand } from '../machine/qemu/choose.js';
import type { Subject } from '../subject/library.js';
import { firstBoard, type PlanRequest, secondBoard } from './plan-request.js';

export const isThere = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;

function missingProgram(programs: readonly string[]): string | undefined {
  const missing = programs.find((program) => !isThere(program));
  return missing === undefined ? undefined : `this machine has no ${missing}`;
}

/** Why a tier cannot test the library. */
function lackOfSubject(subject: Subject | undefined, gic: 2 | 3, host: boolean): string | undefined {
  if (subject === undefined) return undefined;
  if (host && subject.hostLibrary === undefined)
    return 'it needs the library built for this machine too (--host-lib)';
  const { name, gics } = subject.dialect;
  if (!gics.includes(gic)) return `libraries of dialect ${name} can only be tested with a GICv2`;
  if (!host && subject.library === undefined) return 'it needs the library built for the target (--lib)';
  return undefined;
}

/** Another library is built for one interrupt controller. Without a word it is taken to be a GICv2. */
const lackOfGicV3 = ({ subject }: PlanRequest, asked: boolean): string | undefined =>
  asked || subject === undefined || subject.dialect.name === 'spec'
    ? undefined
    : 'another library has one interrupt controller, a GICv2 unless --tier or --board says otherwise';

/** What is needed to build the agent. */
const lackOfAgent = (board: Board, { subject }: PlanRequest): string | undefined =>
  lackOfSubject(subject, board.gic.version, false) ?? missingProgram(['aarch64-linux-gnu-gcc', 'make']);

function lackOfMachine(board: Board, request: PlanRequest): string | undefined {
  if (request.lab !== undefined) return '--lab takes a board instead: its tier is board';
  if (!board.qemu) return `board ${board.name} has no QEMU machine`;
  return lackOfAgent(board, request) ?? missingProgram(['qemu-system-aarch64']);
}

export const lackOfHost = (gic: 2 | 3, request: PlanRequest, asked: boolean): string | undefined =>
  (gic === 3 ? lackOfGicV3(request, asked) : undefined) ??
  lackOfSubject(request.subject, gic, true) ??
  missingProgram(['gcc', 'make']);

export const lackOfQemu = (request: PlanRequest): string | undefined =>
  lackOfMachine(firstBoard(request), request);

/** The QEMU of the second machine is downloaded only if the tier is `asked` for by name. */
export async function lackOfSecondQemu(request: PlanRequest, asked: boolean): Promise<string | undefined> {
  const other = lackOfGicV3(request, asked);
  if (other !== undefined) return other;
  const second = secondBoard(request);
  if (second === undefined) return '--board names one machine, which is that of the qemu tier';
  const lack = lackOfMachine(second, request);
  if (lack !== undefined || asked) return lack;
  const { lack: old } = await qemuAtHand(second);
  if (old !== undefined) return `${old}; --tier qemu-gicv3 fetches it`;
  const sdk = await request.sdk();
  return sdk.boards.get(second.name)?.includes(request.config)
    ? undefined
    : `${sdk.name} has no ${second.name} in ${request.config}`;
}

export const lackOfLab = (request: PlanRequest): string | undefined =>
  request.lab === undefined ? 'it needs a board: --lab lab.toml' : lackOfAgent(request.lab.board, request);

/** A bare machine runs no library. */
export const lackOfBare = (machine: Board, request: PlanRequest): string | undefined =>
  lackOfMachine(machine, { ...request, subject: undefined });
