// SPDX-License-Identifier: BSD-2-Clause
/** The cause of a target's death: the engine on fake targets. */
import * as assert from 'uvu/assert';
import { HarnessError } from '../../../harness/base/error.js';
import type { Case } from '../../../harness/conform/case.js';
import { Engine } from '../../../harness/conform/engine.js';
import { greetingFlags } from '../../../harness/conform/link/greeting.js';
import type { Session } from '../../../harness/conform/link/session.js';
import type { WireStep } from '../../../harness/conform/link/steps.js';
import type { Death, Tier } from '../../../harness/conform/tier.js';
import { defaultConfig, type Seen } from '../../../harness/model/index.js';
import { refusal } from '../../support/refusal.js';
import { run, test } from '../../support/test.js';

const init = (cpu: number): Case => ({ vcpus: 1, page: false, steps: [{ op: 'init', cpu }] });
/** A case that kills its target. */
const deadly = init(9);

interface Made {
  tier: Tier;
  /** Number of restarts. */
  restarts: () => number;
}

/** A target that returns `true` from every step, and dies of {@link deadly} for each of `deaths`. */
function target(deaths: Death[], { deathsToCount = 2, resets = true } = {}): Made {
  let restarts = 0;
  let cause: Death = 'target';
  const answer = (step: WireStep): Seen => {
    if (step.op === 'init' && step.cpu === 9) {
      const death = deaths.shift();
      if (death !== undefined) {
        cause = death;
        throw new HarnessError('infrastructure', 'the line to the target has closed');
      }
    }
    const result = step.op === 'init' && step.cpu === 9 ? 0n : 1n;
    return { result, outcome: { kind: 'next' }, changes: [], events: [] };
  };
  const session = {
    greeting: { flags: resets ? greetingFlags.resets : 0 },
    run: async (steps: readonly WireStep[]) => steps.map(answer),
  } as unknown as Session;
  const tier: Tier = {
    name: 'made up',
    on: '',
    seesMemory: false,
    deathsToCount,
    session,
    diagnose: async (error) => ({ cause, error }),
    restart: async () => {
      restarts += 1;
    },
    lastOutput: () => 'its last words',
    stop: async () => {},
  };
  return { tier, restarts: () => restarts };
}

const engineOn = ({ tier }: Made) => new Engine(tier, defaultConfig);

test('a case that kills the VMM each time breaks a rule, and the other cases are still judged', async () => {
  const made = target(['vmm', 'vmm', 'vmm']);
  const verdicts = await engineOn(made).run([init(0), deadly, init(0)]);
  const rules = verdicts.map(({ failure }) => failure?.broken.rule.id);
  assert.equal(rules, [undefined, 'robust.alive', undefined]);
  assert.is(verdicts[1]?.failure?.output, 'its last words');
});

test('a VMM that repeatedly stops answering breaks the rule too', async () => {
  const [verdict] = await engineOn(target(['silent', 'silent'])).run([deadly]);
  assert.is(verdict?.failure?.broken.rule.id, 'robust.alive');
  assert.is(verdict?.failure?.broken.got, 'it no longer answers');
});

test('a failure that does not happen again does not count', async () => {
  const made = target(['vmm']);
  const [verdict] = await engineOn(made).run([deadly]);
  assert.is(verdict?.failure, undefined);
  assert.is(made.restarts(), 1);
});

test('where there can be no other cause, one death is enough', async () => {
  const [verdict] = await engineOn(target(['vmm'], { deathsToCount: 1 })).run([deadly]);
  assert.is(verdict?.failure?.broken.rule.id, 'robust.alive');
});

test('a target that fails twice is an error: no verdict on the VMM', async () => {
  const error = await refusal(engineOn(target(['target', 'target'])).run([deadly]));
  assert.is(error.fault, 'infrastructure');
  const [verdict] = await engineOn(target(['target'])).run([deadly]);
  assert.is(verdict?.failure, undefined);
});

test('a target that cannot reset itself is restarted for each case', async () => {
  const made = target([], { resets: false });
  await engineOn(made).run([init(0), init(0), init(0)]);
  assert.is(made.restarts(), 3);
});

test('after the first deadly case one death is enough', async () => {
  const engine = engineOn(target(['vmm', 'vmm', 'vmm']));
  await engine.run([deadly]);
  const [again] = await engine.run([deadly]);
  assert.is(again?.failure?.broken.rule.id, 'robust.alive');
});

run();
