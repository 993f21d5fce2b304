// SPDX-License-Identifier: BSD-2-Clause
/** The tiers of a run with a VMM: which ones are available, and how each is started. */
import { HarnessError } from '../base/error.js';
import type { LabSeat } from '../machine/board/lab-seat.js';
import { lackOfHost, lackOfLab, lackOfQemu, lackOfSecondQemu } from './lacks.js';
import { openAgent, openHost } from './open-tiers.js';
import { firstBoard, type PlanRequest, secondBoard } from './plan-request.js';
import type { TierPlan } from './run.js';
import { labSeat, qemuSeat } from './seat.js';
import type { Tier } from './tier.js';
import { isBare, type TierName, type TierWord } from './tier-names.js';

interface TierKind {
  /** Cases to generate by default. */
  cases: number;
  /**
   * Cases to generate by default for another library, if not as many. A library that often kills its target makes QEMU
   * restart, which is slow. The findings of the host tier are tried in QEMU anyway.
   */
  casesOfOther?: number;
  /** Why it is not available; `asked`: it was asked for by name. */
  lack(request: PlanRequest, asked: boolean): Promise<string | undefined> | string | undefined;
  open(request: PlanRequest): Promise<Tier>;
}

const casesOfOther = 100;

const kinds: Readonly<Record<TierName, TierKind>> = {
  host: {
    cases: 3000,
    lack: (request, asked) => lackOfHost(2, request, asked),
    open: (request) => openHost(2, request),
  },
  'host-gicv3': {
    cases: 3000,
    lack: (request, asked) => lackOfHost(3, request, asked),
    open: (request) => openHost(3, request),
  },
  qemu: {
    cases: 800,
    casesOfOther,
    lack: lackOfQemu,
    open: (request) => openAgent(qemuSeat('qemu', firstBoard(request), request), request),
  },
  'qemu-gicv3': {
    cases: 400,
    casesOfOther,
    lack: lackOfSecondQemu,
    open: (request) =>
      openAgent(qemuSeat('qemu-gicv3', secondBoard(request) ?? firstBoard(request), request), request),
  },
  board: {
    cases: 800,
    casesOfOther,
    lack: lackOfLab,
    open: (request) => openAgent(labSeat('board', labOf(request), request.signal), request),
  },
};

function labOf({ lab }: PlanRequest): LabSeat {
  if (lab === undefined) throw new HarnessError('harness', 'a tier on a board without a lab');
  return lab;
}

function planOf(name: TierName, request: PlanRequest): TierPlan {
  const { cases, casesOfOther = cases, open } = kinds[name];
  const usual = request.subject === undefined ? cases : casesOfOther;
  return { cases: request.cases ?? usual, open: () => open(request) };
}

/** The tiers that `all` means. */
function allTiers(request: PlanRequest): TierName[] {
  if (request.lab !== undefined) return ['host', 'host-gicv3', 'board'];
  return ['host', 'host-gicv3', 'qemu', ...(secondBoard(request) ? (['qemu-gicv3'] as const) : [])];
}

const wayOut = 'vmm-harness doctor shows what this machine lacks';

/** The plans of the tiers in `word`; for `all`, of every available tier. */
export async function plansOf(word: TierWord, request: PlanRequest): Promise<TierPlan[]> {
  if (isBare(word)) return [];
  if (word !== 'all') {
    const got = await kinds[word].lack(request, true);
    if (got === undefined) return [planOf(word, request)];
    throw new HarnessError('usage', `the ${word} tier is not available`, { got, wayOut });
  }
  const plans: TierPlan[] = [];
  for (const name of allTiers(request)) {
    const why = await kinds[name].lack(request, false);
    if (why === undefined) plans.push(planOf(name, request));
    else request.progress({ kind: 'note', text: `no ${name} tier: ${why}` });
  }
  if (plans.length > 0) return plans;
  throw new HarnessError('usage', 'no tier is available for the library', { wayOut });
}
