// SPDX-License-Identifier: BSD-2-Clause
/** A search that is guided by the library's coverage, on the real host tier. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { Engine } from '../../harness/conform/engine.js';
import { Guide } from '../../harness/conform/guide.js';
import { buildHostTier, HostTier } from '../../harness/conform/host-tier.js';
import { learnFrom } from '../../harness/conform/tier-run.js';
import { Ledger } from '../../harness/model/index.js';
import { run, test } from '../support/test.js';

const limit = 240_000;
const once = { vcpus: 1, page: false, steps: [{ op: 'init', cpu: 0 } as const] };
const other = { ...once, steps: [...once.steps, { op: 'inject', vcpu: 0, irq: 40 } as const] };

test(
  'a case that takes a new edge is kept and grown from, one that takes none is not',
  async () => {
    const tier = await HostTier.start(await buildHostTier({ flavour: 'guided' }), 2, undefined, true);
    const { guidance } = tier;
    assert.ok(guidance);
    try {
      const engine = new Engine(tier, await learnFrom(tier));
      guidance.fresh(true);
      guidance.clear();
      assert.equal(guidance.fresh(true), 0);
      await engine.run([other], new Ledger());
      const learnt = guidance.edges;
      assert.ok(learnt > 0 && guidance.fresh(true) > 0);
      assert.ok(guidance.constants().length > 0);
      const guide = new Guide(engine, guidance);
      await guide.keep([once]);
      assert.deepEqual(guide.mix([once, once, once], 1), [once, once, once]);
      await engine.run(
        [
          {
            ...other,
            steps: [...other.steps, { op: 'passthrough', vcpu: 0, irq: 40, channel: 3 }],
          },
        ],
        new Ledger(),
      );
      const started = {
        ...once,
        steps: [...once.steps, { op: 'passthrough', vcpu: 0, irq: 40, channel: 3 } as const],
      };
      await guide.keep([started]);
      const mixed = guide.mix(
        Array.from({ length: 30 }, () => once),
        1,
      );
      const others = mixed.filter((made) => made !== once);
      assert.equal(others.length, 10);
      assert.ok(others.some(({ steps }) => steps.some(({ op }) => op === 'passthrough')));
    } finally {
      await tier.stop();
    }
    assert.equal(existsSync(guidance.path), false);
  },
  { limit },
);

run();
