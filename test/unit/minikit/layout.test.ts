// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import {
  heapPages,
  heapSize,
  layoutHeader,
  packRecord,
  type RecordName,
  recordSize,
  records,
} from '../../../minikit/tool/layout.js';
import { run, test } from '../../support/test.js';

const [page, large, gib] = [0x1000, 0x20_0000, 0x4000_0000];
const map = (vaddr: number, size: number, pageSize = page) => ({ vaddr, size, pageSize });
/** Heap pages for these address spaces, without the alignment of the first root. */
const pagesFor = (...spaces: ReturnType<typeof map>[][]) => heapSize(spaces, 0, 0) / page - 1;

test('an address space needs two pages for the root, one for each GiB, one for each 2 MiB of small pages', () => {
  assert.is(pagesFor([]), 2);
  assert.is(pagesFor([map(0, page)]), 4);
  assert.is(pagesFor([map(0, large)]), 4);
  assert.is(pagesFor([map(0, large + page)]), 5);
  assert.is(pagesFor([map(large - page, 2 * page)]), 5);
  assert.is(pagesFor([map(gib, 64 * large, large)]), 3);
  assert.is(pagesFor([map(0, gib, large), map(gib, large, large)]), 4);
  assert.is(pagesFor([map(0, page), map(4 * page, page)]), 4);
  assert.is(pagesFor([map(0, page)], [map(0, page)]), 8);
});

test('protection domains and vCPUs need pages of their own', () => {
  assert.is(heapSize([], 3, 2), page * (1 + 3 * heapPages.pd + 2 * heapPages.vcpu));
});

test('every record is as large as its fields, which are aligned by their order', () => {
  const sizes = { u64: 8, u32: 4, name: 64 };
  for (const name of Object.keys(records) as RecordName[]) {
    let offset = 0;
    for (const [field, type] of records[name]) {
      assert.is(offset % (type === 'name' ? 1 : sizes[type]), 0, `${name}.${field}`);
      offset += sizes[type];
    }
    assert.is(offset, recordSize(name));
    assert.is(offset % 4, 0);
  }
});

test('values are packed little-endian, names with their terminator', () => {
  const bytes = packRecord('clear', { paddr: 0x1234, size: 2n ** 40n });
  assert.is(bytes.toString('hex'), '34120000000000000000000000010000');
  const vcpu = { budget_us: 1, period_us: 2, space: 3, priority: 4, pd: 5, id: 6 };
  const named = packRecord('vcpu', { name: 'n'.repeat(63), ...vcpu });
  assert.is(named[63], 0);
  assert.throws(() => packRecord('vcpu', { name: 'n'.repeat(64), ...vcpu }), /at most 63 bytes/);
  assert.throws(() => packRecord('space', { first_map: -1, map_count: 0 }), /out of range/);
});

test('the header has every record and flag, with comments', () => {
  const header = layoutHeader();
  for (const name of Object.keys(records)) assert.match(header, new RegExp(`^struct mk_${name} \\{$`, 'm'));
  for (const line of [
    '#define MK_CHANNEL_A_NOTIFIES 1u',
    '#define MK_MAP_CACHED 8u',
    '    uint64_t entry; /* first PC */',
    '    uint64_t heap_size;',
    '    char name[64]; /* NUL-terminated */',
  ])
    assert.ok(header.split('\n').includes(line), line);
});

run();
