// SPDX-License-Identifier: BSD-2-Clause
/** Systems for the boards with a GICv3: the limits in their platform.json. */
import * as assert from 'uvu/assert';
import { boards } from '../../../boards/index.js';
import { DescriptionError } from '../../../harness/system/mistake.js';
import { platformOf } from '../../../minikit/tool/platform.js';
import { refusal } from '../../support/refusal.js';
import { run, test } from '../../support/test.js';
import { type ElfParts, program } from '../system/make-elf.js';
import { buildSystem, kernelParts, makeTarget } from './target.js';

function targetOf(name: string) {
  const board = boards.get(name);
  if (board === undefined) throw new Error(`no board ${name}`);
  const at = board.loadAddress;
  const kernel: ElfParts = {
    ...kernelParts,
    entry: at,
    segments: kernelParts.segments.map((segment) => ({ ...segment, vaddr: at })),
    symbols: kernelParts.symbols.map((symbol) => ({ ...symbol, value: at + 0x100 })),
  };
  return makeTarget(kernel, platformOf(board));
}

const withRegion = (region: string, inside = '', cached = '') =>
  `<system><memory_region name="r" ${region} /><protection_domain name="a"><program_image path="a.elf" />
   <map mr="r" vaddr="0x4000000" perms="rw" ${cached} />${inside}</protection_domain></system>`;
const onBoard = (board: string, text: string) => buildSystem(text, { 'a.elf': program }, targetOf(board));
const checksOf = async (board: string, text: string) => {
  const error = await refusal(onBoard(board, text));
  assert.instance(error, DescriptionError);
  return (error as DescriptionError).mistakes.map(({ check }) => check);
};

test('images begin at the load address of their board', async () => {
  for (const [board, address] of [
    ['imx8mp_evk', '0x41_000_000'],
    ['maaxboard', '0x50_000_000'],
  ] as const) {
    const { report } = await onBoard(board, withRegion('size="0x1000"'));
    assert.ok(report.includes(`[${address}..`), report);
  }
});

test('memory below the image is used too', async () => {
  const { report } = await onBoard('imx8mp_evk', withRegion('size="0x1000"'));
  assert.match(report, /\[0x40_00\w_000\.\.0x40_00\w_000\) .*r$/m);
});

test('memory above 4 GiB is RAM on imx8mp_evk and not on maaxboard', async () => {
  const text = withRegion('size="0x200000" phys_addr="0x1_4000_0000"');
  assert.equal((await onBoard('imx8mp_evk', text)).warnings, []);
  const { warnings } = await onBoard('maaxboard', text);
  assert.equal(
    warnings.map(({ check }) => check),
    ['board_cached_outside'],
  );
});

test('distributor and redistributors belong to the kernel, to their last page', async () => {
  for (const address of ['0x38800000', '0x3880f000', '0x38880000', '0x3893f000'])
    assert.equal(
      await checksOf('imx8mp_evk', withRegion(`size="0x1000" phys_addr="${address}"`, '', 'cached="false"')),
      ['board_kernel_frame'],
      address,
    );
  for (const address of ['0x38810000', '0x38940000'])
    await onBoard('imx8mp_evk', withRegion(`size="0x1000" phys_addr="${address}"`, '', 'cached="false"'));
});

test('an interrupt above the last one of the board is refused', async () => {
  const irq = (intid: number) => withRegion('size="0x1000"', `<irq irq="${intid}" id="1" />`);
  await onBoard('imx8mp_evk', irq(192));
  assert.equal(await checksOf('imx8mp_evk', irq(193)), ['board_interrupt']);
  await onBoard('maaxboard', irq(160));
  assert.equal(await checksOf('maaxboard', irq(161)), ['board_interrupt']);
});

run();
