// SPDX-License-Identifier: BSD-2-Clause
/** Conformance runs of minikit's agent on a virtual board, for tests of what can go wrong there. */
import { noProgress } from '../../harness/base/progress.js';
import { buildAgent } from '../../harness/conform/agent-build.js';
import type { KeptCase } from '../../harness/conform/corpus.js';
import { MachineTier } from '../../harness/conform/machine-tier.js';
import { runTier, type TierRun } from '../../harness/conform/tier-run.js';
import { QemuMachine, qemuProgram } from '../../harness/machine/qemu/qemu.js';
import { findSdk } from '../../harness/microkit/find.js';
import { qemuBoard } from './fake-guest.js';
import type { Desk } from './virtual-lab.js';

const sdk = await findSdk({ wanted: 'minikit', board: qemuBoard, progress: noProgress });
export const made = await buildAgent({ board: qemuBoard, sdk, config: 'release' });

/** A tier on the desk's board, which gives up after a second without an answer, sent again twice. */
export function startOn({ start }: Desk, signal?: AbortSignal, build = made.build): Promise<MachineTier> {
  return MachineTier.start({
    machine: () => start(made.image, signal, true),
    build,
    name: 'board',
    on: 'the virtual board',
    patience: 1_000,
    mayStop: true,
    signal,
  });
}

export interface RunOptions {
  cases: number;
  kept?: readonly KeptCase[];
  signal?: AbortSignal;
}

export async function runOn(
  tier: MachineTier,
  { cases, kept = [], signal = new AbortController().signal }: RunOptions,
): Promise<TierRun> {
  try {
    const request = {
      seed: 7,
      cases,
      kept,
      goesOn: new Set<never>(),
      expected: new Set<never>(),
      progress: noProgress,
    };
    return await runTier(tier, { ...request, signal });
  } finally {
    await tier.stop();
  }
}

/** What a run says: the findings and how often each rule held. */
export const verdictOf = ({ findings, engine }: TierRun) => ({
  findings: findings.map(({ rule }) => rule.id),
  cases: engine.cases,
  steps: engine.steps,
  held: [...engine.ledger.held],
});

export const inQemu = async (options: RunOptions) => {
  const machine = () =>
    QemuMachine.start({ board: qemuBoard, image: made.image, qemu: { program: qemuProgram } });
  return verdictOf(
    await runOn(await MachineTier.start({ machine, build: made.build, name: 'qemu', on: '' }), options),
  );
};
