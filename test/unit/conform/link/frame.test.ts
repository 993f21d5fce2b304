// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import {
  encodeFrame,
  type Frame,
  FrameReader,
  frameBytes,
  lineBytes,
} from '../../../../harness/conform/link/frame.js';
import { run, test } from '../../../support/test.js';

/** The frames and text that a reader finds in `chunks`. */
function read(chunks: readonly Uint8Array[]): { frames: Frame[]; damaged: number; text: string } {
  const got = { frames: [] as Frame[], damaged: 0, text: '' };
  const reader = new FrameReader({
    frame: (frame) => got.frames.push({ ...frame, payload: frame.payload.slice() }),
    damaged: () => {
      got.damaged += 1;
    },
    text: (bytes) => {
      got.text += Buffer.from(bytes).toString('latin1');
    },
  });
  for (const chunk of chunks) reader.push(chunk);
  return got;
}

const frames = fc.record(
  {
    session: fc.nat(0xffff),
    number: fc.nat(0xffff),
    kind: fc.nat(255),
    payload: fc.uint8Array({ maxLength: 200 }),
  },
  { noNullPrototype: true },
);
const kernelText = fc.stringMatching(/^[\x20-\x7e\r\n\t]{0,40}$/).map((text) => Buffer.from(text));

/** `bytes` cut into pieces at `cuts`. */
function pieces(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((place, index) => bytes.subarray(places[index], place));
}

test('the CRC is that of ISO/IEC 8802-3', () => {
  assert.equal(crc32(Buffer.from('123456789')), 0xcbf4_3926);
});

test('a frame is decoded unchanged, in whatever pieces it arrives', () => {
  fc.assert(
    fc.property(frames, fc.array(fc.nat(400), { maxLength: 6 }), (frame, cuts) => {
      const line = encodeFrame(frame);
      assert.equal(line.length, lineBytes(frame.payload.length));
      assert.deepEqual(read(pieces(line, cuts)), { frames: [frame], damaged: 0, text: '' });
    }),
  );
});

test('output of a kernel in the middle of a frame does not damage the frame, and is not lost', () => {
  fc.assert(
    fc.property(frames, fc.array(fc.tuple(fc.nat(400), kernelText), { maxLength: 5 }), (frame, messages) => {
      const line = encodeFrame(frame);
      const sorted = messages.map(([at, text]) => [at % (line.length + 1), text] as const);
      sorted.sort(([a], [b]) => a - b);
      const mixed: Uint8Array[] = [];
      let from = 0;
      for (const [at, text] of sorted) {
        mixed.push(line.subarray(from, at), text);
        from = at;
      }
      mixed.push(line.subarray(from));
      const got = read(mixed);
      assert.deepEqual(got.frames, [frame]);
      assert.equal(got.text, sorted.map(([, text]) => text.toString('latin1')).join(''));
    }),
  );
});

test('a frame that lost bytes is never accepted', () => {
  fc.assert(
    fc.property(frames, frames, fc.nat(), fc.integer({ min: 1, max: 30 }), (first, second, at, count) => {
      const line = Buffer.concat([encodeFrame(first), encodeFrame(second)]);
      const from = at % line.length;
      const got = read([Buffer.concat([line.subarray(0, from), line.subarray(from + count)])]);
      for (const frame of got.frames)
        assert.ok([first, second].some((sent) => JSON.stringify(sent) === JSON.stringify(frame)));
    }),
    { numRuns: 500 },
  );
});

test('a frame with flipped bits is never accepted', () => {
  fc.assert(
    fc.property(
      frames,
      fc.array(fc.tuple(fc.nat(), fc.nat(7)), { minLength: 1, maxLength: 6 }),
      (frame, flips) => {
        const line = Buffer.from(encodeFrame(frame));
        for (const [at, bit] of flips) {
          const place = at % line.length;
          line[place] = (line[place] ?? 0) ^ (1 << bit);
        }
        for (const got of read([line]).frames) assert.deepEqual(got, frame);
      },
    ),
    { numRuns: 500 },
  );
});

test('after noise and half a frame the next one is read', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), frames, fc.nat(), frames, (noise, half, at, frame) => {
      const line = encodeFrame(half);
      const got = read([noise, line.subarray(0, at % line.length), encodeFrame(frame)]);
      assert.deepEqual(got.frames.at(-1), frame);
    }),
  );
});

test('a frame longer than the limit is damaged, and the next one is read', () => {
  const got: string[] = [];
  const handlers = {
    frame: () => got.push('frame'),
    damaged: () => got.push('damaged'),
    text: () => {},
  };
  const reader = new FrameReader(handlers, 64);
  reader.push(encodeFrame({ session: 1, number: 1, kind: 1, payload: new Uint8Array(100) }));
  reader.push(encodeFrame({ session: 1, number: 2, kind: 1, payload: new Uint8Array(10) }));
  assert.deepEqual(got, ['damaged', 'frame']);
});

test('seven bits of eight on the line carry contents', () => {
  assert.ok(4096 / lineBytes(4096) > 0.87);
  assert.equal(frameBytes.mark, 0x80);
});

run();
