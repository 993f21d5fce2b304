// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import {
  channelFlags,
  heapSize,
  mapFlags,
  none,
  pdFlags,
  systemMagic,
  systemVersion,
} from '../../../minikit/tool/layout.js';
import { run, test } from '../../support/test.js';
import { type ElfParts, program } from '../system/make-elf.js';
import { buildSystem, loadAddress, oneDomain, tableOf, withBss } from './target.js';

const page = 0x1000;
const rwCached = mapFlags.read | mapFlags.write | mapFlags.cached;

const linux = `<system>
  <memory_region name="guest_ram" size="0x10_000_000" page_size="0x200_000" />
  <memory_region name="uart" size="0x1000" phys_addr="0x9000000" />
  <memory_region name="dma" size="0x3000" />
  <protection_domain name="vmm" priority="200" budget="100" period="900">
    <program_image path="vmm.elf" />
    <map mr="guest_ram" vaddr="0x40000000" setvar_vaddr="ram_vaddr" setvar_size="ram_size" />
    <map mr="dma" vaddr="0x2000000" cached="false" />
    <setvar symbol="ram_paddr" region_paddr="dma" />
    <irq irq="33" id="1" trigger="edge" />
    <virtual_machine name="linux" priority="1">
      <vcpu id="0" />
      <vcpu id="3" />
      <map mr="guest_ram" vaddr="0x40000000" perms="rwx" />
      <map mr="uart" vaddr="0x9000000" cached="false" />
    </virtual_machine>
    <protection_domain name="child" id="7" passive="true">
      <program_image path="vmm.elf" />
    </protection_domain>
  </protection_domain>
  <protection_domain name="client" priority="5" stack_size="0x4000">
    <program_image path="vmm.elf" />
  </protection_domain>
  <channel>
    <end pd="client" id="2" pp="true" notify="false" />
    <end pd="vmm" id="5" />
  </channel>
</system>`;

const programs = { 'vmm.elf': program };

test('the table follows the kernel, and the kernel gets its address', async () => {
  const { image } = await buildSystem(linux, programs);
  assert.is(Number(image.readBigUInt64LE(0x100)), loadAddress + 2 * page);
  const { system } = tableOf(image);
  assert.equal([system[0]?.magic, system[0]?.version], [Number(systemMagic), systemVersion]);
  assert.is(image[0], 0xee);
});

test('protection domains have their programs, addresses, parents and budgets', async () => {
  const { pd } = tableOf((await buildSystem(linux, programs)).image);
  assert.equal(
    pd.map(({ name, entry, stack_top, priority, budget_us, period_us, parent, id, flags, space }) => [
      [name, entry, stack_top, priority, budget_us, period_us],
      [parent, id, flags, space],
    ]),
    [
      [
        ['vmm', 0x20_0000, 2 ** 40, 200, 100, 900],
        [none, 0, 0, 0],
      ],
      [
        ['child', 0x20_0000, 2 ** 40, 0, 1000, 1000],
        [0, 7, pdFlags.passive, 1],
      ],
      [
        ['client', 0x20_0000, 2 ** 40, 5, 1000, 1000],
        [none, 0, 0, 2],
      ],
    ],
  );
});

test('virtual CPUs, channels and interrupts have their owners', async () => {
  const { vcpu, channel, irq } = tableOf((await buildSystem(linux, programs)).image);
  assert.equal(
    vcpu.map(({ name, space, priority, pd, id }) => [name, space, priority, pd, id]),
    [
      ['linux', 3, 1, 0, 0],
      ['linux', 3, 1, 0, 3],
    ],
  );
  const flags = channelFlags.aCalls | channelFlags.bNotifies;
  assert.equal(channel, [{ pd_a: 2, id_a: 2, pd_b: 0, id_b: 5, flags, reserved: 0 }]);
  assert.equal(irq, [{ intid: 33, trigger: 1, pd: 0, id: 1 }]);
});

test('maps follow the description, with its page sizes and permissions', async () => {
  const { space, map, pd } = tableOf((await buildSystem(linux, programs)).image);
  const mapsOf = (index: number) => {
    const { first_map, map_count } = space[index] ?? {};
    return map.slice(Number(first_map), Number(first_map) + Number(map_count));
  };
  const at = (index: number, vaddr: number) => mapsOf(index).find((map) => map.vaddr === vaddr);
  assert.equal(
    [0x4000_0000, 0x200_0000, 2 ** 40 - page].map((vaddr) => {
      const { size, page_size, flags } = at(0, vaddr) ?? {};
      return [size, page_size, flags];
    }),
    [
      [0x1000_0000, 0x20_0000, rwCached],
      [0x3000, page, mapFlags.read | mapFlags.write],
      [page, page, rwCached],
    ],
  );
  assert.is(at(3, 0x4000_0000)?.paddr, at(0, 0x4000_0000)?.paddr);
  assert.is(at(3, 0x4000_0000)?.flags, rwCached | mapFlags.execute);
  assert.is(at(3, 0x900_0000)?.paddr, 0x900_0000);
  assert.is(at(2, 2 ** 40 - 4 * page)?.size, 4 * page);
  assert.is(at(0, 0x20_2000)?.paddr, pd[0]?.ipc_buffer_paddr);
});

test('pieces do not overlap in physical memory, and all but devices are in RAM outside the image', async () => {
  const { image } = await buildSystem(linux, programs);
  const { map, system, clear } = tableOf(image);
  const ranges = new Map<number, number>();
  for (const { paddr, size } of map) ranges.set(Number(paddr), Number(size));
  const heap = [Number(system[0]?.heap_base), Number(system[0]?.heap_size)] as const;
  const all = [...ranges, heap].sort(([a], [b]) => a - b);
  all.forEach(([base, size], index) => {
    assert.ok(
      base + size <= (all[index + 1]?.[0] ?? Number.POSITIVE_INFINITY),
      `${base.toString(16)} overlaps`,
    );
    assert.ok(base === 0x900_0000 || (base >= 0x6000_0000 && base + size <= 0xc000_0000));
  });
  const cleared = (address: number) =>
    clear.some(({ paddr, size }) => address >= Number(paddr) && address < Number(paddr) + Number(size));
  const inImage = (address: number) => address >= loadAddress && address < loadAddress + image.length;
  for (const [base] of ranges) if (base !== 0x900_0000) assert.not.equal(cleared(base), inImage(base));
});

test('the heap has the size that the kernel needs', async () => {
  const { image } = await buildSystem(linux, programs);
  const { space, map, system } = tableOf(image);
  const extents = space.map(({ first_map, map_count }) =>
    map.slice(Number(first_map), Number(first_map) + Number(map_count)).map(({ vaddr, size, page_size }) => ({
      vaddr: Number(vaddr),
      size: Number(size),
      pageSize: Number(page_size),
    })),
  );
  assert.is(system[0]?.heap_size, heapSize(extents, 3, 2));
});

test('variables of the program and of libmicrokit are set', async () => {
  const { image } = await buildSystem(linux, programs);
  const { map, space } = tableOf(image);
  const read = (index: number, symbol: string) => {
    const value = program.symbols.find(({ name }) => name === symbol)?.value ?? 0;
    const data = map.slice(Number(space[index]?.first_map)).find(({ vaddr }) => vaddr === 0x20_1000);
    return image.subarray(Number(data?.paddr) - loadAddress + value - 0x20_1000);
  };
  const word = (index: number, symbol: string) => Number(read(index, symbol).readBigUInt64LE(0));
  const dma = map.find(({ vaddr }) => vaddr === 0x200_0000)?.paddr;
  assert.equal(
    ['ram_vaddr', 'ram_size', 'ram_paddr'].map((symbol) => word(0, symbol)),
    [0x4000_0000, 0x1000_0000, dma],
  );
  assert.equal(
    ['microkit_irqs', 'microkit_notifications', 'microkit_pps'].map((symbol) => word(0, symbol)),
    [1 << 1, 1 << 5, 0],
  );
  assert.equal(
    ['microkit_notifications', 'microkit_pps'].map((symbol) => word(2, symbol)),
    [0, 1 << 2],
  );
  assert.is(read(1, 'microkit_name').toString('utf8', 0, 5), 'child');
  assert.equal([read(0, 'microkit_passive')[0], read(1, 'microkit_passive')[0]], [0, 1]);
});

test('each virtual machine has its own address space', async () => {
  const withGuest = (name: string) =>
    `<protection_domain name="${name}"><program_image path="vmm.elf" /><virtual_machine name="guest of ${name}"><vcpu id="0" /></virtual_machine></protection_domain>`;
  const { vcpu, space } = tableOf(
    (await buildSystem(`<system>${withGuest('a')}${withGuest('b')}</system>`, programs)).image,
  );
  assert.is(space.length, 4);
  assert.equal(
    vcpu.map(({ name, space, pd }) => [name, space, pd]),
    [
      ['guest of a', 2, 0],
      ['guest of b', 3, 1],
    ],
  );
});

test('a long name is truncated to 63 bytes, as by the Microkit tool', async () => {
  for (const [length, cut] of [
    [63, 63],
    [64, 63],
    [90, 63],
  ] as const) {
    const text = oneDomain().replace('"a"', `"${'n'.repeat(length)}"`);
    const { pd } = tableOf((await buildSystem(text, programs)).image);
    assert.is(String(pd[0]?.name).length, cut);
  }
});

test('a segment that begins within a page keeps its offset in the page', async () => {
  const [text, data] = program.segments;
  if (text === undefined || data === undefined) throw new Error('the program of this test has changed');
  const moved: ElfParts = {
    ...program,
    segments: [text, { ...data, vaddr: 0x20_1030, data: Buffer.from('begins here'), size: 0x3d0 }],
    symbols: program.symbols.map((symbol) =>
      symbol.name === 'microkit_name' ? { ...symbol, value: 0x20_1200 } : symbol,
    ),
  };
  const { image } = await buildSystem(oneDomain(), { 'vmm.elf': moved });
  const { map } = tableOf(image);
  const paddr = Number(map.find(({ vaddr }) => vaddr === 0x20_1000)?.paddr) - loadAddress;
  assert.is(image.toString('latin1', paddr + 0x30, paddr + 0x3b), 'begins here');
  assert.is(image.toString('latin1', paddr + 0x200, paddr + 0x202), 'a\0');
});

test('zeros at the end of a program are not in the image', async () => {
  const { image } = await buildSystem(oneDomain(), { 'vmm.elf': withBss(0x100_0000) });
  assert.is(image.length, 5 * page);
  const { map } = tableOf(image);
  assert.is(map.find(({ vaddr }) => vaddr === 0x20_2000)?.size, 0x100_0000 - page);
});

test('a variable in those zeros is in the image with its value', async () => {
  const parts = withBss(0x100_0000);
  const symbols = [...parts.symbols, { name: 'late', value: 0x20_1000 + 0x8000, size: 8 }];
  const text = oneDomain(
    '<map mr="r" vaddr="0x4000000" setvar_vaddr="late" />',
    '<memory_region name="r" size="0x1000" />',
  );
  const { image } = await buildSystem(text, { 'vmm.elf': { ...parts, symbols } });
  assert.is(Number(image.readBigUInt64LE(4 * page + 0x8000)), 0x400_0000);
});

test('two protection domains with one program have their own variables', async () => {
  const text = `<system>${['a', 'b'].map((name) => oneDomain().slice(8, -9).replace('"a"', `"${name}"`)).join('')}</system>`;
  const { image } = await buildSystem(text, programs);
  // The byte after the name belongs to the program.
  assert.equal([image.includes('a\r'), image.includes('b\r')], [true, true]);
});

test('a memory region gets 2 MiB pages if all its addresses permit them', async () => {
  const sizes = async (vaddr: string) => {
    const text = oneDomain(`<map mr="r" vaddr="${vaddr}" />`, '<memory_region name="r" size="0x400000" />');
    const { map } = tableOf((await buildSystem(text, programs)).image);
    return map.find((row) => row.vaddr === Number(vaddr))?.page_size;
  };
  assert.is(await sizes('0x4000000'), 0x20_0000);
  assert.is(await sizes('0x4001000'), page);
});

test('the report lists everything with its address', async () => {
  const { report } = await buildSystem(linux, programs);
  for (const line of [
    "# Protection domain 'vmm'",
    "# Virtual machine 'linux' of 'vmm'",
    'guest_ram',
    '256 MiB',
    'interrupt 33 (edge) by id 1',
    "child 7 of 'vmm'",
    "'client' by id 2 (calls) and 'vmm' by id 5 (notifies)",
    '[0x40_000_000..0x50_000_000)',
    'cleared at boot: ',
    "'child': program",
    'the whole image',
  ])
    assert.ok(report.includes(line), line);
});

run();
