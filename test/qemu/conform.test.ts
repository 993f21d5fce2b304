// SPDX-License-Identifier: BSD-2-Clause
/** libvmm on a target: a bounded run of what `vmm-harness conform --tier qemu` does. */
import assert from 'node:assert/strict';
import { boards } from '../../boards/index.js';
import { buildAgent } from '../../harness/conform/agent-build.js';
import { readCorpus } from '../../harness/conform/corpus.js';
import { QemuTier } from '../../harness/conform/qemu-tier.js';
import { traceOf } from '../../harness/conform/report.js';
import { runTier, type TierRun } from '../../harness/conform/tier-run.js';
import { noProgress } from '../../harness/progress.js';
import { findSdk } from '../../harness/sdk/find.js';
import { run, test } from '../support/test.js';

const limit = 120_000;
const board = boards.get('qemu_virt_aarch64');
if (board === undefined) throw new Error('the board is gone');
const sdk = await findSdk({ progress: noProgress });

/** Findings as text, to be compared with none. */
const told = ({ engine, findings }: TierRun): string[] =>
  findings.map((finding) =>
    [finding.rule.id, ...traceOf(engine.config, finding), finding.failure.broken.got].join('\n'),
  );

test(
  `libvmm does in QEMU on ${sdk.name} what the model says: what once broke a rule, and a bounded search`,
  async () => {
    const image = await buildAgent({ board, sdk, config: 'release' });
    const tier = await QemuTier.start({ board, image, name: 'qemu', on: sdk.name });
    try {
      const { signal } = new AbortController();
      const goesOn = new Set<never>();
      const kept = readCorpus();
      const request = { seed: 20_261_122, cases: 150, kept, goesOn, progress: noProgress, signal };
      const done = await runTier(tier, request);
      assert.deepEqual(told(done), []);
      assert.ok(done.engine.cases >= 150);
      const held = done.engine.ledger.held.filter((count) => count > 0).length;
      assert.ok(held > 100, `${held} rules exercised`);
    } finally {
      await tier.stop();
    }
  },
  { limit },
);

run();
