// SPDX-License-Identifier: BSD-2-Clause
/** Files that are nearly valid: changes of a good one, composed of small steps so that fast-check can shrink them. */
import * as fc from 'fast-check';

type Change =
  | { kind: 'byte'; at: number; value: number }
  | { kind: 'number'; at: number; bytes: 2 | 4 | 8; value: bigint; big: boolean }
  | { kind: 'insert'; at: number; text: string; times: number }
  | { kind: 'repeat'; at: number; length: number; times: number }
  | { kind: 'remove'; at: number; length: number }
  | { kind: 'cut'; at: number };

/** Values at which counts, offsets and sizes go wrong. */
const edges = [
  0n,
  1n,
  3n,
  0x7fn,
  0x80n,
  0xffn,
  0xffffn,
  0x7fff_ffffn,
  0x8000_0000n,
  0xffff_ffffn,
  2n ** 53n,
  2n ** 64n - 1n,
];

/** A place in the file as a fraction, so that a change stays meaningful when an earlier one is dropped. */
const place = fc.integer({ min: 0, max: 0xffff });

function changeOf(tokens: readonly string[], most: number): fc.Arbitrary<Change> {
  const times = fc.oneof(fc.constant(1), fc.constant(2), fc.integer({ min: 1, max: most }));
  return fc.oneof(
    fc.record({ kind: fc.constant('byte' as const), at: place, value: fc.integer({ min: 0, max: 255 }) }),
    fc.record({
      kind: fc.constant('number' as const),
      at: place,
      bytes: fc.constantFrom(2 as const, 4 as const, 8 as const),
      value: fc.constantFrom(...edges),
      big: fc.boolean(),
    }),
    fc.record({ kind: fc.constant('insert' as const), at: place, text: fc.constantFrom(...tokens), times }),
    fc.record({
      kind: fc.constant('repeat' as const),
      at: place,
      length: fc.integer({ min: 1, max: 200 }),
      times,
    }),
    fc.record({ kind: fc.constant('remove' as const), at: place, length: fc.integer({ min: 1, max: 64 }) }),
    fc.record({ kind: fc.constant('cut' as const), at: place }),
  );
}

const between = (bytes: Buffer, at: number, end: number, middle: Buffer) =>
  Buffer.concat([bytes.subarray(0, at), middle, bytes.subarray(end)]);

function apply(bytes: Buffer, change: Change, most: number): Buffer {
  const at = Math.floor((change.at / 0x1_0000) * (bytes.length + 1));
  switch (change.kind) {
    case 'byte':
      return between(bytes, at, at + 1, Buffer.from([change.value]));
    case 'number': {
      const written = Buffer.alloc(8);
      if (change.big) written.writeBigUInt64BE(change.value);
      else written.writeBigUInt64LE(change.value);
      const part = change.big ? written.subarray(8 - change.bytes) : written.subarray(0, change.bytes);
      // Fields are aligned.
      const field = at - (at % change.bytes);
      return between(bytes, field, field + change.bytes, part);
    }
    case 'insert':
      return between(bytes, at, at, repeated(Buffer.from(change.text), change.times, most));
    case 'repeat':
      return between(bytes, at, at, repeated(bytes.subarray(at, at + change.length), change.times, most));
    case 'remove':
      return between(bytes, at, at + change.length, Buffer.alloc(0));
    case 'cut':
      return bytes.subarray(0, at);
  }
}

/** At most `most` bytes. */
function repeated(bytes: Buffer, times: number, most: number): Buffer {
  const count = Math.min(times, Math.floor(most / Math.max(bytes.length, 1)));
  return Buffer.concat(Array.from({ length: count }, () => bytes));
}

/**
 * Files derived from good ones. `tokens` are words with a meaning to their reader; `most` is the number of bytes that
 * one change may add.
 */
export function nearly(
  seeds: readonly Buffer[],
  tokens: readonly string[],
  most: number,
): fc.Arbitrary<Buffer> {
  return fc
    .tuple(fc.nat(seeds.length - 1), fc.array(changeOf([...tokens, '\0', '\n'], most), { maxLength: 8 }))
    .map(([seed, changes]) =>
      changes.reduce((bytes, change) => apply(bytes, change, most), seeds[seed] ?? Buffer.alloc(0)),
    );
}
