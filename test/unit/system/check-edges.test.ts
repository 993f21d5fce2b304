// SPDX-License-Identifier: BSD-2-Clause
/**
 * Checks in situations that a pair of fixtures does not show: several parties, boundaries, descriptions with other
 * mistakes.
 */
import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import type { AddressRange } from '../../../harness/base/ranges.js';
import { checkSystem } from '../../../harness/system/check.js';
import type { CheckContext } from '../../../harness/system/checks/check.js';
import { System } from '../../../harness/system/index.js';
import { readSystem } from '../../../harness/system/read.js';
import { Source } from '../../../harness/system/source.js';
import type { Version } from '../../../harness/system/versions.js';
import { run, test } from '../../support/test.js';
import { context } from './context.js';

const board = context.board;
if (board === undefined) throw new Error('the board of these tests is gone');

/** Names of the checks that find something. */
const found = (system: System, facts: Partial<CheckContext> = {}) =>
  checkSystem(system, facts).map(({ check }) => check);

/** The same for a text. The checks run although the reading has found mistakes. */
function foundIn(text: string, version: Version = '2.0.1', facts: Partial<CheckContext> = {}) {
  const { system, mistakes } = readSystem(new Source('x.system', `<system>${text}</system>`), version);
  return [...mistakes, ...checkSystem(system, facts)].map(({ check }) => check);
}

const pd = (name: string, inside = '', attributes = '') =>
  `<protection_domain name="${name}" ${attributes}><program_image path="x"/>${inside}</protection_domain>`;
const page = 0x1000;
const anyPages = fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 8 }));
const overlaps = (a: AddressRange, b: AddressRange) => a.base < b.end && b.base < a.end;

/** Whether any two of these ranges overlap, computed the slow and certain way. */
const anyOverlap = (ranges: readonly AddressRange[]) =>
  ranges.some((a, index) => ranges.slice(index + 1).some((b) => overlaps(a, b)));

test('the overlap of maps is found if and only if two of them overlap, in any order', () => {
  fc.assert(
    fc.property(fc.array(anyPages, { maxLength: 8 }), (all) => {
      const system = new System();
      const domain = system.protectionDomain({ name: 'a', programImage: 'a' });
      const ranges = all.map(([start, pages], index) => {
        const region = system.memoryRegion({ name: `r${index}`, size: pages * page });
        domain.map(region, { vaddr: start * page });
        return { base: start * page, end: (start + pages) * page };
      });
      assert.is(found(system).includes('map_overlap'), anyOverlap(ranges));
    }),
  );
});

test('the overlap of memory regions is found if and only if two of them overlap', () => {
  fc.assert(
    fc.property(fc.array(anyPages, { maxLength: 8 }), (all) => {
      const system = new System();
      const ranges = all.map(([start, pages], index) => {
        system.memoryRegion({ name: `r${index}`, size: pages * page, physAddr: start * page });
        return { base: start * page, end: (start + pages) * page };
      });
      assert.is(found(system).includes('region_physical_overlap'), anyOverlap(ranges));
    }),
  );
});

test('of two overlapping maps the later one is reported', () => {
  const map = (region: string, vaddr: string) => `<map mr="${region}" vaddr="${vaddr}"/>`;
  const text = `<system><memory_region name="low" size="0x2000"/><memory_region name="high" size="0x1000"/>${pd('a', map('high', '0x2001000') + map('low', '0x2000000'))}</system>`;
  const { system } = readSystem(new Source('x', text));
  const [mistake] = checkSystem(system);
  assert.match(mistake?.detail.got ?? '', /^'low' is at .*'high' \(x:1:\d+\) at/);
});

test('a memory region is not empty', () => {
  const text = `<memory_region name="r" size="0"/>${pd('a', '<map mr="r" vaddr="0x2000000"/>')}`;
  assert.equal(foundIn(text), ['region_size']);
});

test('ids begin at 0', () => {
  const channel = (id: number) =>
    `${pd('a')}${pd('b')}<channel><end pd="a" id="${id}"/><end pd="b" id="0"/></channel>`;
  assert.equal(foundIn(channel(0)), []);
  assert.equal(foundIn(channel(-1)), ['channel_id_range']);
  const slot = (at: number) => pd('a', `<cspace><cap_tcb slot="${at}" pd="a"/></cspace>`);
  assert.equal(foundIn(slot(1), '2.3.0'), []);
  assert.equal(foundIn(slot(0), '2.3.0'), ['capability_slot']);
});

test('a channel with one end, or to nobody, is a single mistake', () => {
  assert.equal(foundIn(`${pd('a')}<channel><end pd="a" id="1" pp="true"/></channel>`), ['count']);
  const toNobody = '<channel><end pd="a" id="1" pp="true"/><end pd="nobody" id="1"/></channel>';
  assert.equal(foundIn(pd('a') + toNobody), ['channel_domain']);
  const fromNobody = '<channel><end pd="nobody" id="1" pp="true"/><end pd="a" id="1"/></channel>';
  assert.equal(foundIn(pd('a') + fromNobody), ['channel_domain']);
});

test('a call is checked from whichever end makes it', () => {
  const ends = '<channel><end pd="low" id="1"/><end pd="high" id="1" pp="true"/></channel>';
  assert.equal(foundIn(pd('low', '', 'priority="1"') + pd('high', '', 'priority="2"') + ends), [
    'channel_calls',
  ]);
});

test('an attribute that could not be read is not reported twice', () => {
  const text = '<memory_region name="r" size="4k"/>';
  assert.equal(foundIn(text + pd('a', '<map mr="r" vaddr="0x2000000"/>', 'priority="many"')), [
    'value',
    'value',
  ]);
});

test('a region that takes its size from a file has that size in every check', () => {
  const regions =
    '<memory_region name="data" prefill_path="data.bin"/><memory_region name="next" size="0x1000"/>';
  const maps = (vaddr: string) =>
    pd('a', `<map mr="data" vaddr="0x2000000"/><map mr="next" vaddr="${vaddr}"/>`);
  const facts = { prefill: context.prefill };
  assert.equal(foundIn(regions + maps('0x2001000'), '2.2.0', facts), ['map_overlap']);
  assert.equal(foundIn(regions + maps('0x2002000'), '2.2.0', facts), []);
  assert.equal(foundIn(regions + maps('0x2001000'), '2.2.0'), []);
  const boot =
    '<memory_region name="data" prefill_bootinfo="fdt"/><memory_region name="next" size="0x1000"/>';
  assert.equal(foundIn(boot + maps('0x2000000'), '2.3.0'), ['map_overlap']);
});

test('a file as large as its memory region fits', () => {
  const text = `<memory_region name="data" size="0x1000" prefill_path="x"/>${pd('a', '<map mr="data" vaddr="0x2000000"/>')}`;
  assert.equal(foundIn(text, '2.2.0', { prefill: () => 0x1000 }), []);
  assert.equal(foundIn(text, '2.2.0', { prefill: () => 0x1001 }), ['prefill_fits']);
});

test('17 security domains are one too many, with ids or without', () => {
  const domains = (count: number) =>
    `<domains>${Array.from({ length: count }, (_, i) => `<domain name="d${i}"/>`).join('')}` +
    `<domain_schedule><schedule_entry domain="d0" duration="1 us"/></domain_schedule></domains>${pd('a', '', 'domain="d0"')}`;
  assert.equal(foundIn(domains(16), '2.3.0'), []);
  assert.equal(foundIn(domains(17), '2.3.0'), ['schedule_count']);
});

test('an empty schedule cannot have a start', () => {
  const text = `<domains><domain name="d"/><domain_schedule/></domains>${pd('a', '', 'domain="d"')}`;
  assert.equal(foundIn(text, '2.3.0'), ['schedule_length']);
  assert.equal(foundIn('<domains><domain name="d"/></domains>', '2.3.0'), ['missing', 'missing']);
});

test('symbols for channel ids belong to the program at that end', () => {
  const text = (b: string) =>
    `${pd('a')}${pd('b')}<channel><end pd="a" id="1" setvar_id="ch"/><end pd="b" id="1" setvar_id="ch"/></channel>` +
    `<channel><end pd="a" id="2"/><end pd="b" id="2" setvar_id="${b}"/></channel>`;
  assert.equal(foundIn(text('other'), '2.1.0'), []);
  assert.equal(foundIn(text('ch'), '2.1.0'), ['setvar_twice']);
});

test('secure monitor calls are allowed where the kernel forwards them', () => {
  const system = new System();
  system.protectionDomain({ name: 'a', smc: true, programImage: 'a' });
  assert.equal(found(system, { board: { ...board, smc: true } }), []);
  assert.equal(found(system, { board }), ['domain_smc']);
});

test("a guest's RAM may consist of several maps, and a hole between them is found", () => {
  const withMaps = (second: number) => {
    const system = new System();
    const half = (name: string) => system.memoryRegion({ name, size: 0x100_0000 });
    const vmm = system.protectionDomain({ name: 'vmm', priority: 9, programImage: 'vmm' });
    const linux = vmm.virtualMachine({ name: 'linux', priority: 1 });
    linux.vcpu({ id: 0 });
    linux.map(half('b'), { vaddr: second, perms: 'rwx' });
    linux.map(half('a'), { vaddr: 0x4000_0000, perms: 'rwx' });
    return found(system, { guestMemory: context.guestMemory });
  };
  assert.equal(withMaps(0x4100_0000), []);
  assert.equal(withMaps(0x4180_0000), ['guest_device_tree']);
});

test('a guest without any RAM at the address in its device tree is refused at the virtual machine', () => {
  const system = new System();
  const vmm = system.protectionDomain({ name: 'vmm', priority: 9, programImage: 'vmm' });
  vmm.virtualMachine({ name: 'linux', priority: 1 }).vcpu({ id: 0 });
  const [mistake] = checkSystem(system, { guestMemory: context.guestMemory }).filter(
    ({ check }) => check === 'guest_device_tree',
  );
  assert.match(
    mistake?.detail.got ?? '',
    /linux\.dtb declares \[0x40_000_000\.\.0x42_000_000\), nothing is mapped there/,
  );
});

test('from 2.3.0 on the IPC buffer is at the top, and the stack two pages below', () => {
  const region = '<memory_region name="r" size="0x1000"/>';
  const map = (vaddr: string) => region + pd('a', `<map mr="r" vaddr="${vaddr}"/>`, 'stack_size="0x1000"');
  assert.equal(foundIn(map('0xffffffe000'), '2.2.0'), []);
  assert.equal(foundIn(map('0xffffffc000'), '2.3.0'), []);
  for (const vaddr of ['0xffffffd000', '0xffffffe000', '0xfffffff000'])
    assert.equal(foundIn(map(vaddr), '2.3.0'), ['map_address'], vaddr);
});

run();
