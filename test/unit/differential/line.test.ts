// SPDX-License-Identifier: BSD-2-Clause
/** The host's end of the console, with a fake guest. */
import { Duplex } from 'node:stream';
import * as assert from 'uvu/assert';
import { encodeFrame, type Frame, FrameReader } from '../../../harness/conform/link/frame.js';
import { protocolHash } from '../../../harness/differential/header.js';
import { GuestRestarted, GuestSilent, Line } from '../../../harness/differential/line.js';
import { frameKind } from '../../../harness/differential/protocol.js';
import { refusal } from '../../support/refusal.js';
import { run, test } from '../../support/test.js';

/** LEB128, as in the guest's greeting. */
function leb(...values: number[]): Uint8Array {
  const bytes: number[] = [];
  for (let value of values) {
    for (; value >= 0x80; value = Math.floor(value / 128)) bytes.push((value % 128) | 0x80);
    bytes.push(value);
  }
  return Uint8Array.from(bytes);
}

type Answer = (frame: Frame, send: (bytes: Uint8Array | string) => void) => void;

/** A line to a guest with these answers. */
function lineTo(answer: Answer, window = 2): { line: Line; heard: () => string } {
  let heard = '';
  const send = (bytes: Uint8Array | string) => setImmediate(() => stream.push(Buffer.from(bytes as string)));
  const reader = new FrameReader({
    frame: (frame) => answer(frame, send),
    damaged: () => {},
    text: () => {},
  });
  const stream = new Duplex({
    read() {},
    write(chunk, _, done) {
      reader.push(chunk);
      done();
    },
  });
  const onText = (bytes: Uint8Array) => {
    heard += Buffer.from(bytes).toString();
  };
  return { line: new Line(stream, { window, patience: 30, retries: 1, onText }), heard: () => heard };
}

const greeting = (frame: Frame, hash = protocolHash()) =>
  encodeFrame({
    ...frame,
    kind: frameKind.greeting,
    payload: leb(hash, 2, 4, 1, 0x410fd034, 0x4000_0000, 4096),
  });
const log = (frame: Frame, payload = frame.payload) =>
  encodeFrame({ ...frame, kind: frameKind.log, payload });

const polite: Answer = (frame, send) => send(frame.kind === frameKind.open ? greeting(frame) : log(frame));

test('the guest sends its greeting, and answers any number of programs in flight', async () => {
  const { line } = lineTo(polite);
  const { gic, cpus, psci } = await line.open(100);
  assert.equal({ gic, cpus, psci }, { gic: 2, cpus: 4, psci: 'smc' });
  const answers = await Promise.all([1, 2, 3, 4, 5].map((byte) => line.run(Uint8Array.of(byte))));
  assert.equal(
    answers.map(({ payload }) => payload[0]),
    [1, 2, 3, 4, 5],
  );
});

test('output of a VMM in the middle of an answer is separated from it', async () => {
  const { line, heard } = lineTo((frame, send) => {
    if (frame.kind === frameKind.open) return send(greeting(frame));
    const bytes = log(frame);
    send(bytes.subarray(0, 7));
    send('vmm|INFO: hello\n');
    send(bytes.subarray(7));
  });
  await line.open(100);
  const { payload } = await line.run(Uint8Array.of(42, 43, 44));
  assert.equal([...payload], [42, 43, 44]);
  assert.is(heard(), 'vmm|INFO: hello\n');
});

test('a program whose answer is damaged is sent again', async () => {
  let times = 0;
  const { line } = lineTo((frame, send) => {
    if (frame.kind === frameKind.open) return send(greeting(frame));
    const bytes = log(frame);
    if (times++ === 0) bytes[4] = (bytes[4] ?? 0) ^ 1;
    send(bytes);
  });
  await line.open(100);
  assert.is((await line.run(Uint8Array.of(9))).payload[0], 9);
  assert.is(times, 2);
});

test('a guest that never answers is an infrastructure error with its requirements', async () => {
  const { line } = lineTo(() => {});
  const error = await refusal(line.open(60));
  assert.is(error.fault, 'infrastructure');
  assert.match(error.message, /never answers/);
  assert.match(error.detail.wayOut ?? '', /device tree/);
});

test('a guest that falls silent on a program is a product failure', async () => {
  const { line } = lineTo((frame, send) => frame.kind === frameKind.open && send(greeting(frame)));
  await line.open(100);
  const error = await refusal(line.run(Uint8Array.of(1)));
  assert.instance(error, GuestSilent);
  assert.is(error.fault, 'product');
});

test('a guest that restarts in the middle of a program is a product failure', async () => {
  const { line } = lineTo((frame, send) =>
    frame.kind === frameKind.open ? send(greeting(frame)) : send(greeting({ ...frame, session: 0 })),
  );
  await line.open(100);
  assert.instance(await refusal(line.run(Uint8Array.of(1))), GuestRestarted);
});

test('a guest of another version is refused with the command to build it again', async () => {
  const { line } = lineTo((frame, send) => send(greeting(frame, 1)));
  const error = await refusal(line.open(100));
  assert.is(error.fault, 'infrastructure');
  assert.match(error.message, /does not match the version/);
  assert.match(error.detail.wayOut ?? '', /guest --differential/);
});

run();
