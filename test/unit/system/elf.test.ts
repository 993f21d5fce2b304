// SPDX-License-Identifier: BSD-2-Clause
import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { HarnessError } from '../../../harness/base/error.js';
import { readElf } from '../../../harness/system/elf.js';
import { locate } from '../../../harness/system/program.js';
import { run, test } from '../../support/test.js';
import { makeElf, program } from './make-elf.js';

const good = makeElf(program);

/** The message that refuses a file; undefined when it is accepted. Any error other than a HarnessError is a bug. */
function refusal(bytes: Uint8Array): string | undefined {
  try {
    readElf('x.elf', bytes);
    return undefined;
  } catch (error) {
    if (error instanceof HarnessError) return error.message;
    throw error;
  }
}

/** The good file with some bytes replaced. */
function changed(at: number, ...bytes: number[]): Buffer {
  const copy = Buffer.from(good);
  copy.set(bytes, at);
  return copy;
}

test('segments have their bytes, then zeros; symbols have their addresses', () => {
  const elf = readElf('x.elf', good);
  assert.is(elf.entry, 0x20_0000);
  assert.equal(
    elf.segments.map(({ vaddr, data, readable, writable, executable }) => [
      vaddr,
      data.length,
      readable,
      writable,
      executable,
    ]),
    [
      [0x20_0000, 19, true, false, true],
      [0x20_1000, 0x400, true, true, false],
    ],
  );
  assert.equal([...(elf.segments[1]?.data.subarray(14, 18) ?? [])], [0xd, 0xd, 0, 0]);
  assert.equal(elf.symbols.get('ram_size'), { value: 0x20_1108, size: 8, ambiguous: false });
  assert.is(locate(elf, 'ram_size')?.offset, 0x108);
  assert.is(locate(elf, '__sel4_ipc_buffer_obj'), undefined);
});

test('segments that are not loadable or are empty are left out', () => {
  const note = 4;
  assert.equal(
    readElf('x.elf', changed(64, note)).segments.map(({ vaddr }) => vaddr),
    [0x20_1000],
  );
  const empty = changed(120 + 32, ...Buffer.alloc(16));
  assert.is(readElf('x.elf', empty).segments.length, 1);
});

test('two symbols with the same name are ambiguous', () => {
  const twice = makeElf({
    ...program,
    symbols: [...program.symbols, { name: 'ram_size', value: 0, size: 8 }],
  });
  const elf = readElf('x.elf', twice);
  assert.is(elf.symbols.get('ram_size')?.ambiguous, true);
  assert.is(locate(elf, 'ram_size'), undefined);
});

// A change to the good file, and the message that refuses the result.
const damages: [what: string, bytes: Uint8Array, refusal: string][] = [
  ['an empty file', Buffer.alloc(0), 'this is not an ELF file'],
  ['a script', Buffer.from('#!/bin/sh\n'.repeat(10)), 'this is not an ELF file'],
  ['a 32-bit file', changed(4, 1), 'the ELF file is not 64-bit'],
  ['a big-endian file', changed(5, 2), 'the ELF file is not little-endian'],
  ['a file for x86-64', changed(18, 62, 0), 'the ELF file is for another machine'],
  [
    'program headers beyond the end',
    changed(32, 0, 0, 1),
    'the table of program headers is beyond the end of the ELF file',
  ],
  ['program headers too small', changed(54, 8, 0), 'the program headers of the ELF file are malformed'],
  [
    'section headers beyond the end',
    changed(60, 0xff, 0xff),
    'the table of section headers is beyond the end of the ELF file',
  ],
  ['a segment beyond the end', changed(64 + 32, 0, 0, 0, 0, 1, 0, 0, 0), 'segment 0 has an impossible size'],
  [
    'a segment of 2^40 bytes',
    changed(64 + 40, 0, 0, 0, 0, 0, 1),
    'the ELF file exceeds a limit: memory of the segments of an ELF file',
  ],
  [
    'an offset of 2^63',
    changed(32, 0, 0, 0, 0, 0, 0, 0, 0x80),
    'a field of the ELF file is too large, at offset 32',
  ],
];

for (const [what, bytes, words] of damages) {
  test(`${what} is refused`, () => {
    assert.is(refusal(bytes), words);
  });
}

test('a file cut short anywhere is refused or read, but never read in part', () => {
  for (let length = 0; length < good.length; length++)
    assert.type(refusal(good.subarray(0, length)), 'string');
});

test('changing any bytes gives a file or an error, and takes no more than 2 GiB of memory', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
      (changes) => {
        const copy = Buffer.from(good);
        for (const [at, value] of changes) copy[at] = value;
        // Segments of many MiB are valid, but too slow to read two thousand times.
        const sizes = [64 + 32, 64 + 40, 120 + 32, 120 + 40].map((at) => copy.readBigUInt64LE(at));
        fc.pre(sizes.every((size) => size < 1_000_000n || size > 0x8000_0000n));
        refusal(copy);
      },
    ),
    { numRuns: 2000 },
  );
});

/** A file whose symbol table has `count` symbols, all with the same name of `length` letters. */
function sharedName(count: number, length: number): Buffer {
  const bytes = makeElf({ ...program, symbols: [] });
  const sections = bytes.readBigUInt64LE(40);
  const names = Buffer.concat([Buffer.from('\0'), Buffer.alloc(length, 'n'), Buffer.from('\0')]);
  const symbols = Buffer.alloc(24 * count);
  for (let index = 0; index < count; index++) symbols.writeUInt32LE(1, index * 24);
  const whole = Buffer.concat([bytes, names, symbols]);
  const place = (at: number, offset: number, size: number) => {
    whole.writeBigUInt64LE(BigInt(offset), at + 24);
    whole.writeBigUInt64LE(BigInt(size), at + 32);
  };
  for (let at = Number(sections); at < bytes.length; at += 64) {
    if (whole.readUInt32LE(at + 4) === 2) place(at, bytes.length + names.length, symbols.length);
    if (whole.readUInt32LE(at + 4) === 3) place(at, bytes.length, names.length);
  }
  return whole;
}

test('symbols that share one endless name are refused before they use up all memory', () => {
  assert.is(refusal(sharedName(1, 2 ** 20)), undefined);
  assert.match(refusal(sharedName(10_000, 2 ** 20)) ?? '', /exceeds a limit: all symbol names/);
});

test('a symbol table and a table of program headers of any length are refused', () => {
  assert.match(refusal(sharedName(500_001, 1)) ?? '', /exceeds a limit: symbols/);
  const headers = Buffer.concat([changed(56, 0xff, 0xff), Buffer.alloc(56 * 0xffff)]);
  assert.match(refusal(headers) ?? '', /exceeds a limit: program headers/);
});

test('segments that together need more memory than the limit are refused', () => {
  const copy = changed(120 + 40, 0, 0, 0, 0x30, 0, 0, 0, 0);
  copy.writeBigUInt64LE(0x3000_0000n, 64 + 40);
  assert.match(refusal(copy) ?? '', /exceeds a limit: memory of the segments/);
});

run();
