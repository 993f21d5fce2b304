// SPDX-License-Identifier: BSD-2-Clause
/** The tiers of a run: which there are, what has to be built for each, and how each is started. */
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
/** What --tier takes: one of the tiers, all of them, or the machine without a VMM alone. */
export const tierWords = [...tierNames, 'bare', 'all'] as const;
export type TierWord = (typeof tierWords)[number];

/** Cases that are made when nobody says how many. */
const defaultCases: Readonly<Record<TierName, number>> = {
  host: 3000,
  'host-gicv3': 3000,
  qemu: 800,
};

/** A library that ends its target again and again takes its time in QEMU; what the host finds is tried there anyway. */
const casesOfOther = 100;

export interface PlanRequest {
  board: Board;
  /** The SDK is only looked for, and minikit only built, when a tier needs one. */
  sdk(): Promise<Sdk>;
  config: string;
  /** Our own libvmm when not given. */
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

/** Why this machine, or what was given, has not this tier; nothing when it has. */
function lack(name: TierName, { board, subject }: PlanRequest): string | undefined {
  if (name === 'qemu' && !board.qemu) return `board ${board.name} has no QEMU machine`;
  if (name === 'qemu' && board.gic.version !== 2 && subject !== undefined && subject.dialect.name !== 'spec')
    return `libraries of dialect ${subject.dialect.name} are looked at on a board with a GICv2`;
  if (name !== 'qemu' && subject !== undefined && subject.hostLibrary === undefined)
    return 'it needs the library built for this machine too (--host-lib)';
  if (name === 'host-gicv3' && subject !== undefined && subject.dialect.name !== 'spec')
    return `libraries of dialect ${subject.dialect.name} are built for one interrupt controller: a GICv2`;
  if (name === 'qemu' && subject !== undefined && subject.library === undefined)
    return 'it needs the library built for the target (--lib)';
  const missing = programs[name].find((program) => !isThere(program));
  return missing === undefined ? undefined : `this machine has no ${missing}`;
}

/** The plans of the tiers in `names`; every tier that there is for `all`. */
export function plansOf(names: TierWord, request: PlanRequest): TierPlan[] {
  const { progress } = request;
  if (names === 'bare') return [];
  const plans: TierPlan[] = [];
  for (const name of names === 'all' ? tierNames : [names]) {
    const why = lack(name, request);
    if (why === undefined)
      plans.push({ cases: request.cases ?? casesOf(name, request), open: openers[name](request) });
    else if (names !== 'all')
      throw new HarnessError('usage', `there is no ${name} tier here`, {
        got: why,
        wayOut: 'vmm-harness doctor shows what this machine lacks',
      });
    else progress({ kind: 'note', text: `no ${name} tier: ${why}` });
  }
  if (plans.length > 0) return plans;
  throw new HarnessError('usage', 'there is no tier to look at the library on', {
    wayOut: 'vmm-harness doctor shows what this machine lacks',
  });
}

/** Cases for the bare machine, of each size, when nobody says how many. */
const bareCases = 150;

/** The bare machine, where the board has one in QEMU that the probe knows: as a witness beside a QEMU tier, or alone. */
export function barePlan(word: TierWord, request: PlanRequest): BarePlan | undefined {
  const { board, config, cases = bareCases, progress, signal } = request;
  if (word !== 'bare' && (word.startsWith('host') || lack('qemu', request) !== undefined)) return undefined;
  if (board.gic.version !== 2 || board.uart.kind !== 'pl011' || !board.qemu) {
    if (word !== 'bare') return undefined;
    throw new HarnessError('usage', `there is no bare machine for board ${board.name}`, {
      expected: 'a board with a GICv2 and a PL011 that QEMU has',
    });
  }
  const open = async (cpus: number) => {
    const build = { board, sdk: await request.sdk(), config, signal };
    const made = await step(progress, 'build the bare machine', () => buildBareMachine(build));
    // One thread for all CPUs: those that wait for their turn give way at once.
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
