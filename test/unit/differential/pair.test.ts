// SPDX-License-Identifier: BSD-2-Clause
/** A machine of a differential run, asked by several at once. */
import assert from 'node:assert/strict';
import { GuestSilent } from '../../../harness/differential/line.js';
import type { Machine } from '../../../harness/differential/machine.js';
import { Side } from '../../../harness/differential/pair.js';
import { frameKind } from '../../../harness/differential/protocol.js';
import { run, test } from '../../support/test.js';

/** A machine that takes a turn of the event loop to boot, and how many have been started and are on. */
function machines(answers: () => Promise<unknown>) {
  const counts = { started: 0, on: 0 };
  const start = async (): Promise<Machine> => {
    counts.started += 1;
    await new Promise((resolve) => setImmediate(resolve));
    counts.on += 1;
    const off = async () => {
      counts.on -= 1;
    };
    return { name: 'made up', line: { run: answers }, powerOff: off } as unknown as Machine;
  };
  return { side: new Side(start), counts };
}

const log = async () => ({ kind: frameKind.log, payload: new Uint8Array([1]) });

test('programs that are asked for at once share one boot', async () => {
  const { side, counts } = machines(log);
  await Promise.all(Array.from({ length: 16 }, () => side.run(new Uint8Array())));
  assert.deepEqual(counts, { started: 1, on: 1 });
  await side.down();
  assert.equal(counts.on, 0);
});

test('a machine that is switched off while it boots is not left on', async () => {
  const { side, counts } = machines(log);
  const booting = side.up();
  await side.down();
  await booting;
  assert.equal(counts.on, 0);
  await side.run(new Uint8Array());
  assert.deepEqual(counts, { started: 2, on: 1 });
});

test('a start that fails is tried again by the next, and leaves nothing behind', async () => {
  let fails = true;
  const side = new Side(async () => {
    if (fails) throw new GuestSilent('infrastructure', 'the guest never answers');
    return { name: 'x', line: { run: log }, powerOff: async () => {} } as unknown as Machine;
  });
  await assert.rejects(side.up());
  fails = false;
  await side.up();
  assert.equal(side.boots, 1);
});

run();
