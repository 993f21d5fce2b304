// SPDX-License-Identifier: BSD-2-Clause
/** Microkit features after 2.0.1 in minikit's tool. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { boards } from '../../../boards/index.js';
import { packageRoot } from '../../../harness/base/paths.js';
import { DescriptionError } from '../../../harness/system/mistake.js';
import { pdFlags } from '../../../minikit/tool/layout.js';
import { platformOf } from '../../../minikit/tool/platform.js';
import { unsupportedFeatures } from '../../../minikit/tool/unsupported.js';
import { refusal } from '../../support/refusal.js';
import { run, test } from '../../support/test.js';
import { type ElfParts, program } from '../system/make-elf.js';
import { buildSystem, loadAddress, makeTarget, tableOf } from './target.js';

const board = boards.get('qemu_virt_aarch64');
if (board === undefined) throw new Error('the board of these tests is gone');
const target = makeTarget(undefined, platformOf(board, '2.3.0'));
const programs = { 'vmm.elf': program, 'no-symbols.elf': { ...program, symbols: [] } as ElfParts };
const build = (text: string, config = 'debug', files: Record<string, string> = {}) =>
  buildSystem(text, programs, target, { config, files });
const system = (inside = '', before = '', attributes = '', image = 'path="vmm.elf"') =>
  `<system>${before}<protection_domain name="a"${attributes}><program_image ${image} />${inside}</protection_domain></system>`;

/** The word at a symbol of the first protection domain. */
function wordAt(image: Buffer, symbol: string): number {
  const value = program.symbols.find(({ name }) => name === symbol)?.value ?? 0;
  const data = tableOf(image).map.find(({ vaddr }) => vaddr === 0x20_1000);
  return Number(image.readBigUInt64LE(Number(data?.paddr) - loadAddress + value - 0x20_1000));
}

const notThere: [word: string, text: string][] = [
  [
    '<domains>',
    system(
      '',
      '<domains><domain name="d"/><domain_schedule><schedule_entry domain="d" duration="5 ticks"/></domain_schedule></domains>',
      ' domain="d"',
    ),
  ],
  ['<cspace>', system('<cspace><cap_tcb slot="1" pd="a"/></cspace>')],
  [
    'prefill_bootinfo=',
    system('<map mr="r" vaddr="0x2000000"/>', '<memory_region name="r" prefill_bootinfo="fdt"/>'),
  ],
];

for (const [word, text] of notThere) {
  test(`${word} is refused by name, with the reason`, async () => {
    const error = (await refusal(build(text))) as DescriptionError;
    assert.instance(error, DescriptionError);
    const why = unsupportedFeatures.find((feature) => feature.word === word)?.reason;
    assert.is(error.mistakes[0]?.what, `${word}: ${why}`);
  });
}

test('the README has every word that is refused, with the reason', () => {
  const readme = readFileSync(join(packageRoot, 'minikit', 'README.md'), 'utf8');
  for (const { word, reason: why } of unsupportedFeatures)
    assert.ok(readme.includes(`| \`${word}\` | refused: ${why} |`), word);
});

test('a memory region starts with its file, which the kernel copies, and the program gets its size', async () => {
  const text = system(
    '<map mr="r" vaddr="0x2000000" setvar_size="ram_size" setvar_prefill_size="ram_vaddr"/>',
    '<memory_region name="r" prefill_path="data.txt"/>',
  );
  const { image } = await build(text, 'debug', { 'data.txt': 'twelve bytes' });
  const { fill, map } = tableOf(image);
  assert.is(fill.length, 1);
  const from = Number(fill[0]?.from) - loadAddress;
  assert.is(image.toString('latin1', from, from + 12), 'twelve bytes');
  assert.equal([fill[0]?.size, fill[0]?.paddr], [12, map.find(({ vaddr }) => vaddr === 0x200_0000)?.paddr]);
  assert.equal([wordAt(image, 'ram_size'), wordAt(image, 'ram_vaddr')], [0x1000, 12]);
});

test('the program gets the ids of interrupts, children and channels', async () => {
  const child =
    '<protection_domain name="c" id="7" setvar_id="ram_size"><program_image path="vmm.elf"/></protection_domain>';
  const text = system(`<irq irq="50" id="9" setvar_id="ram_vaddr"/>${child}`).replace(
    '</system>',
    '<channel><end pd="a" id="3" setvar_id="ram_paddr"/><end pd="c" id="4"/></channel></system>',
  );
  const { image } = await build(text);
  assert.equal(
    ['ram_vaddr', 'ram_size', 'ram_paddr'].map((symbol) => wordAt(image, symbol)),
    [9, 7, 3],
  );
});

test('a program without symbols uses those of another file', async () => {
  const image = 'path="no-symbols.elf" path_for_symbols="vmm.elf"';
  const setvar = '<map mr="r" vaddr="0x2000000" setvar_vaddr="ram_vaddr"/>';
  const built = await build(system(setvar, '<memory_region name="r" size="0x1000"/>', '', image));
  assert.is(wordAt(built.image, 'ram_vaddr'), 0x200_0000);
});

test('the IPC buffer is the last page, a guard page and the stack of two pages lie below', async () => {
  const { image } = await build(system());
  const [pd] = tableOf(image).pd;
  assert.equal([pd?.ipc_buffer, pd?.stack_top], [2 ** 40 - 0x1000, 2 ** 40 - 0x2000]);
  assert.ok(tableOf(image).map.some(({ vaddr, size }) => vaddr === 2 ** 40 - 0x4000 && size === 0x2000));
});

test('fpu="false" and smc="true" reach the kernel', async () => {
  const { image } = await build(system('', '', ' fpu="false" smc="true"'));
  assert.is(tableOf(image).pd[0]?.flags, pdFlags.noFpu | pdFlags.smc);
});

test('cpu="0" is accepted; another core is refused, or accepted with a warning in a multicore configuration', async () => {
  assert.equal((await build(system('', '', ' cpu="0"'))).warnings, []);
  const error = await refusal(build(system('', '', ' cpu="1"')));
  assert.match(error.message, /there is no core 1/);
  const { warnings } = await build(system('', '', ' cpu="1"'), 'smp-debug');
  assert.equal(
    warnings.map(({ what, detail }) => [what, detail.got]),
    [['minikit runs on one core: core 0 is taken', 'cpu="1"']],
  );
});

test('with the interface of Microkit 2.0.1, later words are unknown', async () => {
  const error = await refusal(buildSystem(system('', '', ' fpu="false"'), programs));
  assert.match(error.message, /unknown attribute 'fpu'/);
});

run();
