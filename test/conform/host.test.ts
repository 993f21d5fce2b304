// SPDX-License-Identifier: BSD-2-Clause
/** libvmm on the host tier: bounded runs of what `vmm-harness conform` and `vmm-harness fuzz` do. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readCorpus, replay } from '../../harness/conform/corpus.js';
import { Engine } from '../../harness/conform/engine.js';
import type { Finding } from '../../harness/conform/finding.js';
import { fuzz, mergeCorpora } from '../../harness/conform/fuzz.js';
import { buildHostTier, HostTier } from '../../harness/conform/host-tier.js';
import { learn } from '../../harness/conform/learn.js';
import { ruleResults, traceOf } from '../../harness/conform/report.js';
import { search } from '../../harness/conform/search.js';
import { configOf } from '../../harness/conform/tier.js';
import { inFolder } from '../support/folder.js';
import { run, test } from '../support/test.js';

const limit = 180_000;

/** Runs `body` with the project's libvmm, a GIC of a version, and sanitizers. */
async function withEngine(gic: 2 | 3, body: (engine: Engine) => Promise<void>): Promise<void> {
  const tier = await HostTier.start(await buildHostTier({ flavour: 'checked' }), gic);
  try {
    const config = await learn(tier.session, configOf(tier.session.greeting));
    await body(new Engine(tier, config));
  } finally {
    await tier.stop();
  }
}

/** What the architecture leaves open and our library has chosen. A user of another version may rely on it. */
const common = {
  intids: 288,
  priorityMask: 0xf8,
  interfacePriorityMask: 0xf8,
  ppiTriggers: 0,
  binaryPoints: [2, 3],
  takesEnabledOnly: true,
  resetGroup: 0,
  psciVersion: 0x1_0001,
  smcccVersion: 0x1_0001,
};
const chosen = {
  2: {
    ...common,
    typer: 0x8,
    iidr: 0x0200_143b,
    redistributorIidr: 0,
    sgisAlwaysEnabled: true,
    ppiTriggersWritable: false,
    otherSizes: 'lanes',
  },
  3: {
    ...common,
    typer: 0x0348_0008,
    iidr: 0x43b,
    redistributorIidr: 0x43b,
    sgisAlwaysEnabled: false,
    ppiTriggersWritable: true,
    otherSizes: 'ignored',
  },
} as const;

for (const gic of [2, 3] as const) {
  test(
    `what our library chooses to implement does not change: GICv${gic}`,
    () =>
      withEngine(gic, async ({ config }) => {
        assert.deepEqual(config.implementation, chosen[gic]);
      }),
    { limit },
  );
}

/** Findings as text. */
const told = (engine: Engine, findings: readonly Finding[]): string[] =>
  findings.map((finding) => {
    const { rule, failure, origin } = finding;
    const lines = [`${rule.id} (${origin})`, ...traceOf(engine.config, finding)];
    return [...lines, `expected: ${failure.broken.expected}`, `got: ${failure.broken.got}`].join('\n');
  });

for (const gic of [2, 3] as const) {
  test(
    `kept cases break no rule: GICv${gic}`,
    () =>
      withEngine(gic, async (engine) => {
        const corpus = readCorpus();
        assert.ok(corpus.length > 0);
        assert.deepEqual(told(engine, await replay(engine, corpus)), []);
      }),
    { limit },
  );

  test(
    `a bounded search finds no deviation and exercises every rule: GICv${gic}`,
    () =>
      withEngine(gic, async (engine) => {
        assert.deepEqual(told(engine, await search(engine, { seed: 20_261_122, cases: 3000 })), []);
        const missing = ruleResults(engine.ledger, [], {
          kernel: true,
          memory: true,
          stage1: true,
          gic,
        }).filter(({ state }) => state === 'not exercised');
        assert.deepEqual(
          missing.map(({ id }) => id),
          [],
        );
      }),
    { limit },
  );
}

test(
  'a hostile guest does not break the VMM: kept inputs, and some new ones',
  () =>
    inFolder({}, async (folder) => {
      const own = join(folder, 'own');
      const { runs, failure } = await fuzz({ runs: 5000 }, join(folder, 'broken'), undefined, own);
      assert.equal(failure?.words, undefined);
      assert.ok(runs >= 5000, `${runs} inputs`);
      // The inputs of two machines become one folder, each that reaches something new once.
      const shared = join(folder, 'shared');
      const added = await mergeCorpora(shared, [own]);
      assert.ok(added > 0 && added === readdirSync(shared).length);
      // libFuzzer now and then counts an input as new a second time.
      const again = await mergeCorpora(shared, [own]);
      assert.ok(again < added, `${again} of ${added} inputs were merged twice`);
    }),
  { limit },
);

run();
