// SPDX-License-Identifier: BSD-2-Clause
/** libvmm on a target: a short run of what `vmm-harness conform --tier qemu` does. */
import assert from 'node:assert/strict';
import { boards } from '../../boards/index.js';
import { noProgress } from '../../harness/base/progress.js';
import { barePlans } from '../../harness/conform/bare-plans.js';
import { runBare } from '../../harness/conform/bare-run.js';
import { readCorpus } from '../../harness/conform/corpus.js';
import { plansOf } from '../../harness/conform/plans.js';
import { traceOf } from '../../harness/conform/report.js';
import { runTier, type TierRun } from '../../harness/conform/tier-run.js';
import { qemuAtHand } from '../../harness/machine/qemu/choose.js';
import { findSdk } from '../../harness/microkit/find.js';
import { allRules } from '../../harness/model/index.js';
import { run, test } from '../support/test.js';

const limit = 120_000;
const board = boards.get('qemu_virt_aarch64');
if (board === undefined) throw new Error('the board is gone');
const sdk = await findSdk({ progress: noProgress });

/** Findings as text, for comparison with an empty list. */
const told = ({ engine, findings }: TierRun): string[] =>
  findings.map((finding) =>
    [finding.rule.id, ...traceOf(engine.config, finding), finding.failure.broken.got].join('\n'),
  );

for (const name of ['qemu_virt_aarch64', 'imx8mp_evk', 'zcu102', 'rpi4b_1gb']) {
  const target = boards.get(name);
  if (target === undefined) throw new Error('a board is gone');
  const { lack: skip } = await qemuAtHand(target);
  test(
    `libvmm does in QEMU on ${sdk.name} with a GICv${target.gic.version}, for ${name}, what the model says: kept cases, a bounded search`,
    async () => {
      const { signal } = new AbortController();
      const sdkOf = async () => sdk;
      const asked = { board: target, sdk: sdkOf, config: 'release', subject: undefined, cases: 100 };
      const [plan] = await plansOf('qemu', { ...asked, progress: noProgress, signal });
      const tier = await plan?.open();
      assert.ok(tier);
      try {
        const goesOn = new Set<never>();
        const kept = readCorpus();
        const request = {
          seed: 20_261_122,
          cases: 100,
          kept,
          goesOn,
          expected: goesOn,
          progress: noProgress,
          signal,
        };
        const done = await runTier(tier, request);
        const known = tier.deviations?.map(({ rule }) => rule) ?? [];
        const findings = done.findings.filter(({ rule }) => !known.includes(rule.id));
        assert.deepEqual(told({ ...done, findings }), []);
        assert.ok(done.engine.cases >= 100);
        const held = done.engine.ledger.held.filter((count) => count > 0).length;
        assert.ok(held > 100, `${held} rules exercised`);
      } finally {
        await tier.stop();
      }
    },
    { limit, skip },
  );
}

/** The parts of the model in which the machines agree with it. This test makes no claim where QEMU differs. */
const heldBare = {
  bare: ['gicd.isenabler', 'gicd.ipriorityr', 'gicd.itargetsr', 'gicd.targetsOne', 'deliver.pending'],
  'bare-gicv3': [
    ...['gicd3.ctlr', 'gicd3.isenabler', 'gicd3.ipriorityr', 'gicd3.irouter', 'gicr.isenabler', 'gicr.own'],
    ...['icc.registers', 'icc.sgi', 'deliver.pending'],
  ],
};

for (const [name, held] of Object.entries(heldBare)) {
  test(
    `the machine without a VMM is a witness (${name}): the guest of a case does on it what the model says`,
    async () => {
      const { signal } = new AbortController();
      const request = {
        ...{ board: undefined, sdk: async () => sdk, config: 'release', subject: undefined },
        ...{ progress: noProgress, signal, cases: 40 },
      };
      const [plan] = barePlans(name as keyof typeof heldBare, request).filter((one) => one.name === name);
      assert.ok(plan);
      const asked = { seed: 1, kept: readCorpus(), findings: [], progress: noProgress, signal };
      const { engines, questions } = await runBare(plan, asked);
      assert.deepEqual(
        engines.map((engine) => engine.config.vcpus),
        [1, 4],
      );
      for (const id of held) {
        const rule = allRules.find((one) => one.id === id);
        const count = engines.reduce((sum, { ledger }) => sum + (ledger.held[rule?.index ?? -1] ?? 0), 0);
        assert.ok(count > 0, id);
        assert.ok(
          questions.every((finding) => finding.rule !== rule),
          id,
        );
      }
    },
    { limit },
  );
}

run();
