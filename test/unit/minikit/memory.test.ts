// SPDX-License-Identifier: BSD-2-Clause

import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { HarnessError } from '../../../harness/base/error.js';
import { within } from '../../../harness/base/ranges.js';
import { PhysicalMemory } from '../../../minikit/tool/memory.js';
import { refusal } from '../../support/refusal.js';
import { run, test } from '../../support/test.js';

const page = 0x1000;
const ram = [
  { base: 0x1_0000, end: 0x2_0000 },
  { base: 0x4_0000, end: 0x8_0000 },
];
const inRam = (base: number, size: number) =>
  ram.some((part) => base >= part.base && base + size <= part.end);

test('pieces are aligned, in RAM, and never overlap, whatever is requested', () => {
  const anyRequest = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.constantFrom(page, 4 * page, 16 * page));
  fc.assert(
    fc.property(
      fc.array(anyRequest, { maxLength: 30 }),
      fc.shuffledSubarray(ram, { minLength: 2 }),
      (requests, parts) => {
        const memory = new PhysicalMemory(parts);
        const given: { base: number; end: number }[] = [];
        for (const [pages, alignment] of requests) {
          let base: number;
          try {
            base = memory.allocate(pages * page, alignment, 'a piece');
          } catch (error) {
            if (error instanceof HarnessError) continue;
            throw error;
          }
          const end = base + pages * page;
          assert.is(base % alignment, 0);
          assert.ok(inRam(base, end - base));
          assert.ok(given.every((other) => end <= other.base || base >= other.end));
          given.push({ base, end });
        }
      },
    ),
  );
});

test('the lowest address is used, to the last byte', async () => {
  const memory = new PhysicalMemory([...ram].reverse());
  assert.is(memory.allocate(0x1_0000, page, 'the first part'), 0x1_0000);
  assert.is(memory.allocate(0x4_0000, page, 'the second part'), 0x4_0000);
  const error = await refusal(() => memory.allocate(page, page, 'one more'));
  assert.is(error.message, 'there is no room in physical memory for one more');
  assert.is(error.detail.got, 'at most 0x0 bytes are free in one piece');
});

test('a fixed range is not allocated again', async () => {
  const memory = new PhysicalMemory(ram);
  memory.take({ base: 0x1_0000, end: 0x1_1000 }, 'the image');
  assert.is(memory.allocate(page, page, 'a piece'), 0x1_1000);
  memory.take({ base: 0x9000, end: 0x1_0000 }, 'a device');
  const error = await refusal(() => memory.take({ base: 0x1_0800, end: 0x1_0900 }, 'a region'));
  assert.is(error.message, 'a region lies where the image must be');
});

test('of a range only the parts in RAM are reported', () => {
  assert.equal(within({ base: 0x1_8000, end: 0x4_1000 }, ram), [
    { base: 0x1_8000, end: 0x2_0000 },
    { base: 0x4_0000, end: 0x4_1000 },
  ]);
  assert.equal(within({ base: 0x2_0000, end: 0x4_0000 }, ram), []);
});

run();
