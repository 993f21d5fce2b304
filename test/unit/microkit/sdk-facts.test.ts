// SPDX-License-Identifier: BSD-2-Clause
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { boards } from '../../../boards/index.js';
import { boardFacts } from '../../../harness/microkit/board-facts.js';
import { sdkFacts } from '../../../harness/microkit/sdk-facts.js';
import { inFolder } from '../../support/folder.js';
import { refusal } from '../../support/refusal.js';
import { run, test } from '../../support/test.js';
import { makeElf } from '../system/make-elf.js';

const folder = 'board/some_board/debug';
const platform = {
  memory: [{ start: 0x6000_0000, end: 0xc000_0000 }],
  devices: [
    { start: 0, end: 0x800_0000 },
    { start: 0x800_1000, end: 0x6000_0000 },
    { start: 0xc000_0000, end: 2 ** 40 },
  ],
};
const config = { ARM_PA_SIZE_BITS_40: true, ALLOW_SMC_CALLS: true, MAX_NUM_NODES: '4' };

const files = {
  [`${folder}/platform_gen.json`]: JSON.stringify(platform),
  [`${folder}/include/kernel/gen_config.json`]: JSON.stringify(config),
};

test('memory that is neither RAM nor a device is the kernel’s own', () =>
  inFolder(files, (sdk) => {
    const facts = sdkFacts(sdk, 'some_board', 'debug');
    assert.equal(facts.memory, [{ base: 0x6000_0000, end: 0xc000_0000 }]);
    assert.equal(facts.kernelFrames, [
      { range: { base: 0x800_0000, end: 0x800_1000 }, what: "a frame of the kernel's" },
    ]);
    assert.equal(
      [facts.smc, facts.cores, facts.physicalTop, facts.distributor],
      [true, 4, 2 ** 40, undefined],
    );
  }));

test("the kernel is reserved from its ELF file's address up to ki_end", () =>
  inFolder({ ...files, [`${folder}/elf/README`]: '' }, (sdk) => {
    const elf = makeElf({
      entry: 0x80_6000_0000,
      segments: [{ vaddr: 0x80_6000_0000, paddr: 0x6000_0000, data: Buffer.alloc(16), flags: 'rwx' }],
      symbols: [{ name: 'ki_end', value: 0x80_6000_1234, size: 0 }],
    });
    writeFileSync(join(sdk, folder, 'elf', 'sel4.elf'), elf);
    const { kernelFrames } = sdkFacts(sdk, 'some_board', 'debug');
    assert.equal(kernelFrames.at(-1), {
      range: { base: 0x6000_0000, end: 0x6000_2000 },
      what: 'the kernel',
    });
  }));

test("the project's own facts of a board are added", () =>
  inFolder(files, (sdk) => {
    const board = boards.get('qemu_virt_aarch64');
    if (board === undefined) throw new Error('the board of this test is gone');
    const facts = sdkFacts(sdk, 'some_board', 'debug', boardFacts(board));
    assert.is(facts.kernelFrames[0]?.what, 'the GIC distributor');
    assert.equal([facts.lastIntid, facts.leastBudget], [159, 20]);
  }));

test("minikit's facts are its own", () =>
  inFolder({ [`${folder}/platform.json`]: JSON.stringify({ facts: { name: 'x' } }) }, (sdk) => {
    assert.is(sdkFacts(sdk, 'some_board', 'debug').name, 'x');
  }));

test('an SDK without the board is refused with the file that is missing', () =>
  inFolder({}, async (sdk) => {
    const error = await refusal(() => sdkFacts(sdk, 'some_board', 'debug'));
    assert.is(error.detail.where, join(sdk, folder, 'platform_gen.json'));
    assert.is(error.fault, 'usage');
  }));

run();
