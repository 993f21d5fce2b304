// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict';
import { eventRecords, outcomeRecords, readSeen } from '../../../../harness/conform/link/events.js';
import { protocolHash, protocolHeader } from '../../../../harness/conform/link/header.js';
import { RecordReader, RecordWriter } from '../../../../harness/conform/link/records.js';
import {
  readSteps,
  resetRecord,
  stepRecords,
  type WireStep,
  writeStep,
} from '../../../../harness/conform/link/steps.js';
import { run, test } from '../../../support/test.js';

test('a step survives encoding and decoding', () => {
  const steps: WireStep[] = [
    { op: 'reset', vcpus: 3, page: true },
    { op: 'inject', vcpu: 0xffff_ffff, irq: -1 },
    { op: 'register', vcpu: 1, irq: 45, ack: false, cookie: 9 },
    {
      op: 'access',
      vcpu: 1,
      form: 3,
      rt: 31,
      rt2: 2,
      rn: 1,
      address: 0x8000_0000n,
      value: 2n ** 64n - 1n,
      state: 0x21,
    },
    { op: 'take', vcpu: 0 },
  ];
  const writer = new RecordWriter();
  for (const step of steps) writeStep(writer, step);
  assert.deepEqual(readSteps(writer.bytes()), steps);
});

test('every tag belongs to one record', () => {
  for (const group of [
    [...Object.values(stepRecords), resetRecord],
    [...Object.values(eventRecords), ...Object.values(outcomeRecords)],
  ]) {
    const tags = group.map(({ tag }) => tag);
    assert.equal(new Set(tags).size, tags.length);
  }
});

test('events are read in order, up to the end of the step', () => {
  const writer = new RecordWriter();
  writer.add(eventRecords.change, { number: 2, value: 5n });
  writer.add(eventRecords.ack, { vcpu: 1, irq: 45, cookie: 7 });
  writer.add(eventRecords.ended, { reason: 1 });
  writer.add(outcomeRecords.off, {});
  writer.add(outcomeRecords.took, { value: 1023 });
  const reader = new RecordReader(writer.bytes());
  const first = readSeen(reader);
  assert.deepEqual(
    first.changes.map(({ number, value }) => [number, value]),
    [[2, 5n]],
  );
  assert.deepEqual(
    first.events.map(({ kind }) => kind),
    ['ack', 'ended'],
  );
  assert.equal(first.outcome.kind, 'off');
  assert.equal(readSeen(reader).result, 1023n);
  assert.ok(reader.done);
});

test('a truncated or unknown record is refused', () => {
  assert.throws(() => readSteps(Uint8Array.of(stepRecords.init.tag, 1)), RangeError);
  assert.throws(() => readSteps(Uint8Array.of(0xee)), /no step has tag 238/);
  assert.throws(() => readSeen(new RecordReader(Uint8Array.of(0xee))), /no event has tag 238/);
});

test('the C header has the hash of the protocol', () => {
  assert.match(protocolHeader(), new RegExp(`PROTOCOL_HASH 0x${protocolHash().toString(16)}u`));
});

run();
