// SPDX-License-Identifier: BSD-2-Clause
/** SGIs of a GICv2, pending for each sender, which a VMM can neither load nor read back. */
import assert from 'node:assert/strict';
import { SgiStates } from '../../../harness/model/sgi.js';
import { run, test } from '../../support/test.js';
import { gicd, load, ModelRun } from './model-run.js';

const setPending = gicd + 0xf20n;
const clearPending = gicd + 0xf10n;

/** SGI 0 of vCPU 0, pending from both of two vCPUs, one of them in a list register. */
const fromTwo = () => new ModelRun({ vcpus: 2 }).begin().open().store(setPending, 3, 0, load(0));

/** Takes and ends SGI 0 as often as it is loaded. */
const deliver = (trial: ModelRun, times: number): ModelRun => {
  for (let left = times; left > 1; left -= 1) trial.take(0).end(load(0));
  return trial.take(0).end();
};

test('an SGI is delivered once for each sender, no less and no more', () => {
  assert.deepEqual(deliver(fromTwo(), 2).take(1023).broken, []);
  assert.equal(deliver(fromTwo(), 1).broken[0], 'deliver.sgi');
  assert.equal(deliver(fromTwo(), 3).broken[0], 'deliver.nothing');
});

test('an SGI that is sent again while it is in a list register may merge or follow', () => {
  for (const senders of [1, 2, 3]) {
    const again = () => fromTwo().store(setPending, senders);
    assert.deepEqual(deliver(again(), 2).take(1023).broken, [], `${senders}, merged`);
    assert.deepEqual(deliver(again(), 3).take(1023).broken, [], `${senders}, follows`);
    assert.equal(deliver(again(), 4).broken[0], 'deliver.nothing', `${senders}, once too often`);
  }
});

test('which sender was loaded first stays open until the guest has seen them all', () => {
  // Sent by both, again by one, and once more while the second is in a list register.
  const twice = () => fromTwo().store(setPending, 1).take(0).end(load(0)).store(setPending, 1);
  assert.deepEqual(deliver(twice(), 3).take(1023).broken, []);
  assert.equal(deliver(twice(), 4).broken[0], 'deliver.nothing');
});

test('once it is taken, an SGI that is sent again always follows', () => {
  const again = () => fromTwo().take(0).store(setPending, 3).end(load(0));
  assert.deepEqual(deliver(again(), 2).take(1023).broken, []);
  assert.equal(deliver(again(), 1).broken[0], 'deliver.sgi');
});

test('an SGI that is cleared for its only other sender is not delivered', () => {
  const cleared = () => fromTwo().store(clearPending, 3);
  assert.deepEqual(deliver(cleared(), 1).take(1023).broken, []);
  assert.equal(deliver(cleared(), 2).broken[0], 'deliver.nothing');
  // One of two senders is cleared. It may be the one in the list register.
  const oneSender = () => fromTwo().store(clearPending, 1);
  assert.deepEqual(deliver(oneSender(), 1).take(1023).broken, []);
  assert.deepEqual(deliver(oneSender(), 2).take(1023).broken, []);
});

test('senders read back as far as they are known', () => {
  const three = new ModelRun({ vcpus: 3 }).begin().store(setPending, 5);
  assert.deepEqual(three.load(setPending, 5).broken, []);
  assert.deepEqual(three.load(setPending, 4).broken, ['gicd.spendsgir']);
});

test('the possible states of an SGI', () => {
  const states = new SgiStates();
  states.add(0, 0, false);
  states.add(0, 2, false);
  assert.deepEqual(states.senders(0), { some: 5, every: 5 });
  states.load(0, 'surely');
  assert.deepEqual(states.senders(0), { some: 5, every: 0 });
  states.add(0, 2, false);
  states.taken(0);
  assert.deepEqual([states.mayBePending(0), states.mayBeIdle(0)], [true, false]);
  states.load(0, 'surely');
  states.taken(0);
  assert.deepEqual([states.mayBePending(0), states.mayBeIdle(0)], [true, true]);
  states.load(0, 'if any');
  states.unload(0);
  assert.deepEqual([states.mayBePending(0), states.mayBeIdle(0)], [true, true]);
  states.idle(0);
  assert.equal(states.mayBePending(0), false);
});

run();
