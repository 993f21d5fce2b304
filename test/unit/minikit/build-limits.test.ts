// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import { DescriptionError } from '../../../harness/system/mistake.js';
import { refusal } from '../../support/refusal.js';
import { run, test } from '../../support/test.js';
import { program } from '../system/make-elf.js';
import { buildSystem, kernelParts, loadAddress, makeTarget, oneDomain, platform, tableOf } from './target.js';

const page = 0x1000;

const programs = { 'vmm.elf': program };

test('a description is refused with all its mistakes', async () => {
  const text = oneDomain('<map mr="nope" vaddr="0" setvar_vaddr="nope" /><irq irq="900" id="1" />');
  const error = await refusal(buildSystem(text, programs));
  assert.instance(error, DescriptionError);
  assert.equal(
    (error as DescriptionError).mistakes.map(({ check }) => check),
    ['map_region', 'program_symbols', 'board_interrupt'],
  );
});

test('a fault that the Microkit tool accepts and that fails later is a warning', async () => {
  const text = oneDomain(
    '<map mr="uart" vaddr="0x4000000" />',
    '<memory_region name="uart" size="0x1000" phys_addr="0x9000000" />',
  );
  const { warnings } = await buildSystem(text, programs);
  assert.equal(
    warnings.map(({ check }) => check),
    ['board_cached_device'],
  );
});

test('a fixed address inside the image is refused with both ranges', async () => {
  const text = oneDomain(
    '<map mr="r" vaddr="0x4000000" />',
    '<memory_region name="r" size="0x1000" phys_addr="0x70001000" />',
  );
  const error = await refusal(buildSystem(text, programs));
  assert.is(error.message, "memory region 'r' lies where the image must be");
  assert.is(error.detail.got, '[0x70_001_000..0x70_002_000) and [0x70_000_000..0x70_005_000)');
});

test('a memory region larger than RAM is refused with the free ranges', async () => {
  const text = oneDomain('<map mr="r" vaddr="0x40000000" />', '<memory_region name="r" size="0x80000000" />');
  const error = await refusal(buildSystem(text, programs));
  assert.is(error.message, "there is no room in physical memory for memory region 'r'");
  assert.match(error.detail.got ?? '', /^at most 0x4f_e00_000 bytes/);
});

test('memory above 4 GiB is used if its address is given, or if only it is large enough', async () => {
  const high = { base: 0x1_0000_0000, end: 0x1_c000_0000 };
  const facts = { ...platform.facts, memory: [...platform.facts.memory, high] };
  const text = oneDomain(
    '<map mr="fixed" vaddr="0x1_4000_0000" /><map mr="large" vaddr="0x2_0000_0000" setvar_vaddr="ram_vaddr" />',
    '<memory_region name="fixed" size="0x1000" phys_addr="0x1_0000_0000" /><memory_region name="large" size="0x8000_0000" />',
  );
  const { image, report } = await buildSystem(
    text,
    programs,
    makeTarget(kernelParts, { ...platform, facts }),
  );
  const { map, clear } = tableOf(image);
  const at = (vaddr: number) => map.find((row) => row.vaddr === vaddr)?.paddr;
  assert.equal([at(0x1_4000_0000), at(0x2_0000_0000)], [0x1_0000_0000, 0x1_0020_0000]);
  assert.ok(clear.some(({ paddr, size }) => paddr === 0x1_0020_0000 && size === 0x8000_0000));
  assert.ok(report.includes('[0x100_200_000..0x180_200_000)'), report);
});

test('an image can fill RAM to its end', async () => {
  const other = { base: 0x1000_0000, end: 0x1100_0000 };
  const facts = { ...platform.facts, memory: [{ base: loadAddress, end: loadAddress + 5 * page }, other] };
  const { image } = await buildSystem(oneDomain(), programs, makeTarget(kernelParts, { ...platform, facts }));
  assert.is(image.length, 5 * page);
});

test('an image larger than RAM is refused', async () => {
  const facts = { ...platform.facts, memory: [{ base: loadAddress, end: loadAddress + 4 * page }] };
  const error = await refusal(
    buildSystem(oneDomain(), programs, makeTarget(kernelParts, { ...platform, facts })),
  );
  assert.is(error.message, 'the image does not fit into memory');
  assert.is(error.detail.expected, 'at most 0x4_000 bytes at 0x70_000_000');
});

test('a kernel that does not begin at the load address is refused', async () => {
  const late = { ...kernelParts, entry: loadAddress + 8 };
  const error = await refusal(buildSystem(oneDomain(), programs, makeTarget(late)));
  assert.is(error.message, 'the kernel is not linked to begin at the load address');
});

test('a kernel without a variable for the table is refused', async () => {
  const error = await refusal(
    buildSystem(oneDomain(), programs, makeTarget({ ...kernelParts, symbols: [] })),
  );
  assert.is(error.message, "symbol 'minikit_system_table' cannot be set");
});

run();
