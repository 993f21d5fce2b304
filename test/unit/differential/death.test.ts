// SPDX-License-Identifier: BSD-2-Clause
/** A program that kills a machine is cut to its shortest start. */
import assert from 'node:assert/strict';
import { HarnessError } from '../../../harness/base/error.js';
import { asDeath, kills, shortestDeath } from '../../../harness/differential/death.js';
import { GuestSilent } from '../../../harness/differential/line.js';
import type { Side } from '../../../harness/differential/pair.js';
import type { Act, Program } from '../../../harness/differential/program.js';
import { actKind } from '../../../harness/differential/protocol.js';
import { run, test } from '../../support/test.js';

const take: Act = { kind: 'take' };
const drain: Act = { kind: 'drain' };

/** A machine that falls silent at programs that `dies` accepts, by the kinds of their acts. */
function machine(dies: (kinds: number[]) => boolean) {
  const seen = { runs: 0, downs: 0 };
  const side = {
    run: async (bytes: Uint8Array) => {
      seen.runs += 1;
      // No slots: CPUs, number of slots, number of acts, then a byte for each of these acts.
      if (dies([...bytes.subarray(3)])) throw new GuestSilent('product', 'the guest is silent');
      return new Uint8Array();
    },
    down: async () => {
      seen.downs += 1;
    },
  };
  return { side: side as unknown as Side, seen };
}

const program = (acts: Act[]): Program => ({ slots: [], acts });

test('the last act is enough if it kills the machine by itself', async () => {
  const { side } = machine((kinds) => kinds.includes(actKind.take));
  const { acts } = await shortestDeath(side, program([drain, drain, take, drain]));
  assert.deepEqual(acts, [take]);
});

test('acts before it are kept if they are needed, acts after it are not', async () => {
  const { side, seen } = machine((kinds) => kinds.filter((kind) => kind === actKind.take).length > 1);
  const { acts } = await shortestDeath(side, program([drain, take, drain, take, drain, drain, drain]));
  assert.deepEqual(acts, [drain, take, drain, take]);
  // Every dead machine is switched off, one at a time.
  assert.ok(seen.downs > 0 && seen.downs < seen.runs);
});

test('a program that the machine survives does not kill it, and a lost machine is no death', async () => {
  const { side, seen } = machine(() => false);
  assert.equal(await kills(side, program([take])), false);
  assert.equal(seen.downs, 0);
  assert.throws(() => asDeath(new HarnessError('infrastructure', 'QEMU ended')), /QEMU ended/);
});

run();
