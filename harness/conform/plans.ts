// SPDX-License-Identifier: BSD-2-Clause
/** The tiers of a run: which ones are available, and how each is built and started. */
import { spawnSync } from 'node:child_process';
import type { Board } from '../../boards/board.js';
import { boards } from '../../boards/index.js';
import { HarnessError } from '../base/error.js';
import { type Progress, step } from '../base/progress.js';
import { qemuAtHand } from '../machine/qemu/choose.js';
import type { Sdk } from '../microkit/sdk.js';
import { deviationsOnGicV3 } from '../subject/deviations/sel4.js';
import type { Subject } from '../subject/library.js';
import { buildAgent } from './agent-build.js';
import { buildBareMachine } from './bare-build.js';
import { type BareSeat, bareSeat, bareSizes, virtWithGicV3 } from './bare-machines.js';
import type { BarePlan } from './bare-run.js';
import { buildHostTier, HostTier } from './host-tier.js';
import { MachineTier } from './machine-tier.js';
import type { TierPlan } from './run.js';
import { type LabSeat, labSeat, qemuSeat, type Seat } from './seat.js';
import { type BareName, bareNames, isBare, type TierName, type TierWord } from './tier-names.js';

/** Cases to generate by default. */
const defaultCases: Readonly<Record<TierName, number>> = {
  host: 3000,
  'host-gicv3': 3000,
  qemu: 800,
  'qemu-gicv3': 400,
  board: 800,
};

/**
 * Cases to generate in QEMU for another library. A library that often kills its target makes QEMU restart, which is
 * slow. The findings of the host tier are tried in QEMU anyway.
 */
const casesOfOther = 100;

export interface PlanRequest {
  /** The board of --board; when undefined, one with each GIC. */
  board: Board | undefined;
  /** The board of a lab, which is taken instead of QEMU. */
  lab?: LabSeat | undefined;
  /** Finds the SDK, or builds minikit. Called only when a tier needs one. */
  sdk(): Promise<Sdk>;
  config: string;
  /** This project's libvmm when undefined. */
  subject: Subject | undefined;
  cases: number | undefined;
  /** Runs the bare machines for any library. */
  bare?: boolean;
  progress: Progress;
  signal: AbortSignal;
}

function known(name: string): Board {
  const board = boards.get(name);
  if (board === undefined) throw new HarnessError('harness', `there is no board ${name}`);
  return board;
}

/** Board of the qemu tier, or of the lab. */
const firstOf = ({ lab, board }: PlanRequest): Board => lab?.board ?? board ?? known('qemu_virt_aarch64');
/** Board of the qemu-gicv3 tier. */
const secondOf = ({ lab, board }: PlanRequest): Board | undefined =>
  lab === undefined && board === undefined ? known('imx8mp_evk') : undefined;

const isHost = (name: TierName): name is 'host' | 'host-gicv3' => name === 'host' || name === 'host-gicv3';

const casesOf = (name: TierName, { subject }: PlanRequest): number =>
  isHost(name) || subject === undefined ? defaultCases[name] : casesOfOther;

const isThere = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;

function missingProgram(programs: readonly string[]): string | undefined {
  const missing = programs.find((program) => !isThere(program));
  return missing === undefined ? undefined : `this machine has no ${missing}`;
}

/** Why a tier cannot test the library; `undefined` when it can. */
function lackOfSubject(subject: Subject | undefined, gic: 2 | 3, host: boolean): string | undefined {
  if (subject === undefined) return undefined;
  if (host && subject.hostLibrary === undefined)
    return 'it needs the library built for this machine too (--host-lib)';
  const { name, gics } = subject.dialect;
  if (!gics.includes(gic)) return `libraries of dialect ${name} can only be tested with a GICv2`;
  if (!host && subject.library === undefined) return 'it needs the library built for the target (--lib)';
  return undefined;
}

const lackOfHost = (gic: 2 | 3, { subject }: PlanRequest) =>
  lackOfSubject(subject, gic, true) ?? missingProgram(['gcc', 'make']);

/** Another library is built for one interrupt controller. Without a word it is taken to be a GICv2. */
const lackOfGicV3 = ({ subject }: PlanRequest, asked: boolean): string | undefined =>
  asked || subject === undefined || subject.dialect.name === 'spec'
    ? undefined
    : 'another library has one interrupt controller, a GICv2 unless --tier or --board says otherwise';

/** What is needed to build the agent. */
const lackOfAgent = (board: Board, { subject }: PlanRequest): string | undefined =>
  lackOfSubject(subject, board.gic.version, false) ?? missingProgram(['aarch64-linux-gnu-gcc', 'make']);

function lackOfQemu(board: Board, request: PlanRequest): string | undefined {
  if (request.lab !== undefined) return '--lab takes a board instead: its tier is board';
  if (!board.qemu) return `board ${board.name} has no QEMU machine`;
  return lackOfAgent(board, request) ?? missingProgram(['qemu-system-aarch64']);
}

/** The QEMU of the second machine is downloaded only if the tier is `asked` for by name. */
async function lackOfSecond(request: PlanRequest, asked: boolean): Promise<string | undefined> {
  const second = secondOf(request);
  if (second === undefined) return '--board names one machine, which is that of the qemu tier';
  const lack = lackOfQemu(second, request);
  if (lack !== undefined || asked) return lack;
  const { lack: old } = await qemuAtHand(second);
  if (old !== undefined) return `${old}; --tier qemu-gicv3 fetches it`;
  const sdk = await request.sdk();
  return sdk.boards.get(second.name)?.includes(request.config)
    ? undefined
    : `${sdk.name} has no ${second.name} in ${request.config}`;
}

/** Why a tier is not available; `undefined` when it is. */
async function lackOf(name: TierName, request: PlanRequest, asked: boolean): Promise<string | undefined> {
  switch (name) {
    case 'host':
      return lackOfHost(2, request);
    case 'host-gicv3':
      return lackOfGicV3(request, asked) ?? lackOfHost(3, request);
    case 'qemu':
      return lackOfQemu(firstOf(request), request);
    case 'qemu-gicv3':
      return lackOfGicV3(request, asked) ?? lackOfSecond(request, asked);
    case 'board':
      return request.lab === undefined
        ? 'it needs a board: --lab lab.toml'
        : lackOfAgent(request.lab.board, request);
  }
}

/** The tiers that `all` means. */
const tiersOf = (request: PlanRequest): TierName[] => {
  const targets: TierName[] = request.lab
    ? ['board']
    : ['qemu', ...(secondOf(request) ? (['qemu-gicv3'] as const) : [])];
  return ['host', 'host-gicv3', ...targets];
};

/** The plans of the tiers in `word`; for `all`, of every available tier. */
export async function plansOf(word: TierWord, request: PlanRequest): Promise<TierPlan[]> {
  const { progress } = request;
  if (isBare(word)) return [];
  const plans: TierPlan[] = [];
  for (const name of word === 'all' ? tiersOf(request) : [word]) {
    const why = await lackOf(name, request, word !== 'all');
    if (why === undefined)
      plans.push({ cases: request.cases ?? casesOf(name, request), open: openerOf(name, request) });
    else if (word !== 'all')
      throw new HarnessError('usage', `the ${name} tier is not available`, {
        got: why,
        wayOut: 'vmm-harness doctor shows what this machine lacks',
      });
    else progress({ kind: 'note', text: `no ${name} tier: ${why}` });
  }
  if (plans.length > 0) return plans;
  throw new HarnessError('usage', 'no tier is available for the library', {
    wayOut: 'vmm-harness doctor shows what this machine lacks',
  });
}

/** Cases to generate for each size of a bare machine by default. */
const bareCases = 100;

/** The board of a bare machine; `undefined` where the run has no board with its GIC. */
function bareBoard(name: BareName, request: PlanRequest): Board | undefined {
  const wanted = name === 'bare' ? 2 : 3;
  const board = [firstOf(request), secondOf(request)].find((one) => one?.gic.version === wanted);
  return board && (wanted === 3 ? virtWithGicV3(known('qemu_virt_aarch64')) : board);
}

/** The lab's board without a VMM. */
function bareOnBoard(lab: LabSeat, request: PlanRequest): BarePlan[] {
  const { cases = bareCases, signal } = request;
  const name = 'bare';
  const seat = { ...labSeat(name, lab, signal), on: `${lab.name}, no VMM`, deviations: [] };
  return [{ name, cases, sizes: [lab.cpus], open: bareOpener(() => seat, request) }];
}

/** The plans for the bare machines: as witnesses beside the QEMU tiers, or alone. */
export function barePlans(word: TierWord, request: PlanRequest): BarePlan[] {
  const { cases = bareCases, subject, bare = false } = request;
  const { name: board, gic } = firstOf(request);
  const asked = isBare(word);
  // They check the model, which does not depend on the library.
  if (!asked && !bare && (subject !== undefined || word.startsWith('host'))) return [];
  if (request.lab !== undefined && word !== 'bare-gicv3') return bareOnBoard(request.lab, request);
  const wanted = bareNames.filter((name) => {
    if (asked) return name === word || word === 'bare';
    return word === 'all' || (name === 'bare') === (word === 'qemu' && gic.version === 2);
  });
  const plans = wanted.flatMap((name) => {
    const machine = bareBoard(name, request);
    if (machine === undefined || lackOfQemu(machine, { ...request, subject: undefined }) !== undefined)
      return [];
    const open = bareOpener((cpus) => bareSeat(name, machine, cpus, request), request);
    return [{ name, cases, sizes: bareSizes(machine), open }];
  });
  if (plans.length > 0 || !asked) return plans;
  throw new HarnessError('usage', `no bare machine is available for board ${board}`, {
    expected: `a board that QEMU emulates${word === 'bare' ? '' : ', with a GICv3'}`,
  });
}

const openerOf = (name: TierName, request: PlanRequest): TierPlan['open'] => {
  switch (name) {
    case 'host':
      return openHost(2, request);
    case 'host-gicv3':
      return openHost(3, request);
    case 'qemu':
      return openAgent(qemuSeat(name, firstOf(request), request), request);
    case 'qemu-gicv3':
      return openAgent(qemuSeat(name, secondOf(request) ?? firstOf(request), request), request);
    case 'board':
      return openAgent(labSeat(name, request.lab ?? failLab(), request.signal), request);
  }
};

function failLab(): never {
  throw new HarnessError('harness', 'a tier on a board without a lab');
}

const openHost =
  (gic: 2 | 3, { subject, progress, signal }: PlanRequest): TierPlan['open'] =>
  async () => {
    // An archive has no instrumentation.
    const guided = subject === undefined && isThere('clang');
    const build = { flavour: guided ? 'guided' : 'checked', subject, signal } as const;
    const program = await step(progress, 'build the host tier', () => buildHostTier(build));
    return HostTier.start(program, gic, signal, guided);
  };

const openAgent =
  (seat: Seat, request: PlanRequest): TierPlan['open'] =>
  async () => {
    const { config, subject, progress, signal } = request;
    const { board, name } = seat;
    const sdk = await request.sdk();
    const build = { board, sdk, config, subject, signal };
    const made = await step(progress, 'build the agent', () => buildAgent(build));
    const on = `${seat.label}, ${sdk.name}, ${config}`;
    const deviations = sdk.provider === 'microkit' && board.gic.version === 3 ? deviationsOnGicV3 : [];
    return MachineTier.start({
      machine: () => seat.start(made.image),
      name,
      build: made.build,
      on,
      deviations,
      patience: seat.patience,
      mayStop: seat.mayStop,
      signal,
    });
  };

const bareOpener =
  (seatOf: (cpus: number) => BareSeat, request: PlanRequest): BarePlan['open'] =>
  async (cpus) => {
    const { config, progress, signal } = request;
    const seat = seatOf(cpus);
    const { name, board } = seat;
    const build = { board, sdk: await request.sdk(), config, signal };
    const made = await step(progress, 'build the bare machine', () => buildBareMachine(build));
    return MachineTier.start({
      machine: () => seat.start(made.image),
      name,
      on: seat.on,
      deviations: seat.deviations,
      build: made.build,
      patience: seat.patience,
      mayStop: seat.mayStop,
      signal,
    });
  };
