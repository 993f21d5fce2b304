// SPDX-License-Identifier: BSD-2-Clause
/** What the plans of a run are made from, and the boards that it means. */
import type { Board } from '../../boards/board.js';
import { boards } from '../../boards/index.js';
import { HarnessError } from '../base/error.js';
import type { Progress } from '../base/progress.js';
import type { LabSeat } from '../machine/board/lab-seat.js';
import type { Sdk } from '../microkit/sdk.js';
import type { Subject } from '../subject/library.js';

export interface PlanRequest {
  /** The board of --board; when undefined, one with each GIC. */
  board: Board | undefined;
  /** The board of a lab, which is taken instead of QEMU. */
  lab?: LabSeat | undefined;
  /** Finds the SDK, or builds minikit. Called only when a tier needs one. */
  sdk(): Promise<Sdk>;
  config: string;
  /** Number of cores that the agent and the vCPUs are spread over; 1 by default. */
  cores?: number | undefined;
  /** This project's libvmm when undefined. */
  subject: Subject | undefined;
  cases: number | undefined;
  /** Runs the bare machines for any library. */
  bare?: boolean;
  progress: Progress;
  signal: AbortSignal;
}

export function known(name: string): Board {
  const board = boards.get(name);
  if (board === undefined) throw new HarnessError('harness', `there is no board ${name}`);
  return board;
}

/** Board of the qemu tier, or of the lab. */
export const firstBoard = ({ lab, board }: PlanRequest): Board =>
  lab?.board ?? board ?? known('qemu_virt_aarch64');

/** Board of the qemu-gicv3 tier. */
export const secondBoard = ({ lab, board }: PlanRequest): Board | undefined =>
  lab === undefined && board === undefined ? known('imx8mp_evk') : undefined;
