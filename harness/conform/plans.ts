// SPDX-License-Identifier: BSD-2-Clause
/** The tiers of a run: which ones are available, and how each is built and started. */
import { spawnSync } from 'node:child_process';
import type { Board } from '../../boards/board.js';
import { HarnessError } from '../base/error.js';
import { type Progress, step } from '../base/progress.js';
import { qemuFor } from '../machine/qemu/choose.js';
import { QemuMachine, qemuProgram } from '../machine/qemu/qemu.js';
import type { Sdk } from '../microkit/sdk.js';
import { deviationsOnGicV3 } from '../subject/deviations/sel4.js';
import type { Subject } from '../subject/library.js';
import { buildAgent } from './agent-build.js';
import { buildBareMachine } from './bare-build.js';
import { buildHostTier, HostTier } from './host-tier.js';
import { MachineTier } from './machine-tier.js';
import type { BarePlan, TierPlan } from './run.js';

export const tierNames = ['host', 'host-gicv3', 'qemu'] as const;
type TierName = (typeof tierNames)[number];
/** Values of --tier: one of the tiers, all of them, or only the machine without a VMM. */
export const tierWords = [...tierNames, 'bare', 'all'] as const;
export type TierWord = (typeof tierWords)[number];

/** Cases to generate by default. */
const defaultCases: Readonly<Record<TierName, number>> = {
  host: 3000,
  'host-gicv3': 3000,
  qemu: 800,
};

/**
 * Cases to generate in QEMU for another library. A library that often kills its target makes QEMU restart, which is
 * slow. The findings of the host tier are tried in QEMU anyway.
 */
const casesOfOther = 100;

export interface PlanRequest {
  board: Board;
  /** Finds the SDK, or builds minikit. Called only when a tier needs one. */
  sdk(): Promise<Sdk>;
  config: string;
  /** This project's libvmm when undefined. */
  subject: Subject | undefined;
  cases: number | undefined;
  progress: Progress;
  signal: AbortSignal;
}

const casesOf = (name: TierName, { subject }: PlanRequest): number =>
  name === 'qemu' && subject !== undefined ? casesOfOther : defaultCases[name];

const programs: Readonly<Record<TierName, readonly string[]>> = {
  host: ['gcc', 'make'],
  'host-gicv3': ['gcc', 'make'],
  qemu: ['qemu-system-aarch64', 'aarch64-linux-gnu-gcc', 'make'],
};

const isThere = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;

/** Why a tier is not available; `undefined` when it is. */
function lack(name: TierName, { board, subject }: PlanRequest): string | undefined {
  if (name === 'qemu' && !board.qemu) return `board ${board.name} has no QEMU machine`;
  if (name === 'qemu' && board.gic.version !== 2 && subject !== undefined && subject.dialect.name !== 'spec')
    return `libraries of dialect ${subject.dialect.name} can only be tested on a board with a GICv2`;
  if (name !== 'qemu' && subject !== undefined && subject.hostLibrary === undefined)
    return 'it needs the library built for this machine too (--host-lib)';
  if (name === 'host-gicv3' && subject !== undefined && subject.dialect.name !== 'spec')
    return `libraries of dialect ${subject.dialect.name} are built for one interrupt controller: a GICv2`;
  if (name === 'qemu' && subject !== undefined && subject.library === undefined)
    return 'it needs the library built for the target (--lib)';
  const missing = programs[name].find((program) => !isThere(program));
  return missing === undefined ? undefined : `this machine has no ${missing}`;
}

/** The plans of the tiers in `names`; for `all`, of every available tier. */
export function plansOf(names: TierWord, request: PlanRequest): TierPlan[] {
  const { progress } = request;
  if (names === 'bare') return [];
  const plans: TierPlan[] = [];
  for (const name of names === 'all' ? tierNames : [names]) {
    const why = lack(name, request);
    if (why === undefined)
      plans.push({ cases: request.cases ?? casesOf(name, request), open: openers[name](request) });
    else if (names !== 'all')
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

/** Cases to generate for each size of the bare machine by default. */
const bareCases = 150;

/**
 * The plan for the bare machine: as a witness beside the QEMU tier, or alone. `undefined` for a board whose machine
 * QEMU lacks or the probe does not support.
 */
export function barePlan(word: TierWord, request: PlanRequest): BarePlan | undefined {
  const { board, config, cases = bareCases, progress, signal } = request;
  if (word !== 'bare' && (word.startsWith('host') || lack('qemu', request) !== undefined)) return undefined;
  if (board.gic.version !== 2 || board.uart.kind !== 'pl011' || !board.qemu) {
    if (word !== 'bare') return undefined;
    throw new HarnessError('usage', `no bare machine is available for board ${board.name}`, {
      expected: 'a board with a GICv2 and a PL011 that QEMU emulates',
    });
  }
  const open = async (cpus: number) => {
    const build = { board, sdk: await request.sdk(), config, signal };
    const made = await step(progress, 'build the bare machine', () => buildBareMachine(build));
    // One thread for all CPUs: a CPU that waits for its turn yields at once.
    const more = ['-smp', String(cpus), '-accel', 'tcg,thread=single'];
    const setup = { board, image: made.image, qemu: { program: qemuProgram }, more, signal };
    return MachineTier.start({
      machine: () => QemuMachine.start(setup),
      name: 'bare',
      on: `${board.name}, no VMM`,
      build: made.build,
      signal,
    });
  };
  return { cases, open };
}

const openHost =
  (gic: 2 | 3) =>
  ({ subject, progress, signal }: PlanRequest): TierPlan['open'] =>
  async () => {
    const build = { flavour: 'checked', subject, signal } as const;
    const program = await step(progress, 'build the host tier', () => buildHostTier(build));
    return HostTier.start(program, gic, signal);
  };

const openers: Readonly<Record<TierName, (request: PlanRequest) => TierPlan['open']>> = {
  host: openHost(2),
  'host-gicv3': openHost(3),
  qemu: (request) => async () => {
    const { board, config, subject, progress, signal } = request;
    const sdk = await request.sdk();
    const build = { board, sdk, config, subject, signal };
    const made = await step(progress, 'build the agent', () => buildAgent(build));
    const on = `${board.name}, ${sdk.name}, ${config}`;
    const deviations = sdk.provider === 'microkit' && board.gic.version === 3 ? deviationsOnGicV3 : [];
    const qemu = await qemuFor(board, progress);
    return MachineTier.start({
      machine: () => QemuMachine.start({ board, image: made.image, qemu, signal }),
      name: 'qemu',
      build: made.build,
      on,
      deviations,
      signal,
    });
  },
};
