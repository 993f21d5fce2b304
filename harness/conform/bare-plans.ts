// SPDX-License-Identifier: BSD-2-Clause
/** The bare machines of a run. */
import type { Board } from '../../boards/board.js';
import { HarnessError } from '../base/error.js';
import type { LabSeat } from '../machine/board/lab-seat.js';
import { bareSeat, bareSizes, virtWithGicV3 } from './bare-machines.js';
import type { BarePlan } from './bare-run.js';
import { lackOfBare } from './lacks.js';
import { openBare } from './open-tiers.js';
import { firstBoard, known, type PlanRequest, secondBoard } from './plan-request.js';
import { labSeat } from './seat.js';
import { type BareName, bareNames, isBare, type TierWord } from './tier-names.js';

/** Cases to generate for each size of a bare machine by default. */
const defaultCases = 100;

/** The machine; `undefined` where the run has no board with its GIC. */
function machineOf(name: BareName, request: PlanRequest): Board | undefined {
  const wanted = name === 'bare' ? 2 : 3;
  const board = [firstBoard(request), secondBoard(request)].find((one) => one?.gic.version === wanted);
  return board && (wanted === 3 ? virtWithGicV3(known('qemu_virt_aarch64')) : board);
}

function planOf(name: BareName, request: PlanRequest): BarePlan[] {
  const machine = machineOf(name, request);
  if (machine === undefined || lackOfBare(machine, request) !== undefined) return [];
  const { cases = defaultCases } = request;
  const open: BarePlan['open'] = (cpus) => openBare(bareSeat(name, machine, cpus, request), request);
  return [{ name, cases, sizes: bareSizes(machine), open }];
}

/** The lab's board without a VMM. */
function planOnBoard(lab: LabSeat, request: PlanRequest): BarePlan {
  const { cases = defaultCases, signal } = request;
  const name = 'bare';
  const seat = { ...labSeat(name, lab, signal), on: `${lab.name}, no VMM`, deviations: [] };
  return { name, cases, sizes: [lab.cpus], open: () => openBare(seat, request) };
}

/** The machines that `word` means: one by its name, or those beside the tiers in QEMU. */
function namesOf(word: TierWord, request: PlanRequest): BareName[] {
  if (word === 'bare' || word === 'all') return [...bareNames];
  if (word === 'bare-gicv3') return [word];
  return [word === 'qemu' && firstBoard(request).gic.version === 2 ? 'bare' : 'bare-gicv3'];
}

/** The plans for the bare machines: as witnesses beside the QEMU tiers, or alone. */
export function barePlans(word: TierWord, request: PlanRequest): BarePlan[] {
  const { subject, bare = false, lab } = request;
  const asked = isBare(word);
  // They check the model, which does not depend on the library.
  if (!asked && !bare && (subject !== undefined || word.startsWith('host'))) return [];
  if (lab !== undefined && word !== 'bare-gicv3') return [planOnBoard(lab, request)];
  const plans = namesOf(word, request).flatMap((name) => planOf(name, request));
  if (plans.length > 0 || !asked) return plans;
  throw new HarnessError('usage', `no bare machine is available for board ${firstBoard(request).name}`, {
    expected: `a board that QEMU emulates${word === 'bare' ? '' : ', with a GICv3'}`,
  });
}
