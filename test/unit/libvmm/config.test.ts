// SPDX-License-Identifier: BSD-2-Clause
/** vmm_config: virq_controller_init refuses values that no interrupt controller can have (libvmm/vmm.h). */
import * as assert from 'uvu/assert';
import { run, test } from '../../support/test.js';
import { read, write } from './distributor.js';
import { ask, hex } from './subject.js';

const usual = {
  vcpus: 1,
  lists: 4,
  vtimer: 27,
  intids: 288,
  version: 2,
  page: 0,
  gicd: 0x0800_0000,
  gicr: 0x080a_0000,
};
type Config = Partial<typeof usual>;
const mostIntids = 512;
const mostLists = 16;

const line = (config: Config) =>
  `config ${Object.values({ ...usual, ...config })
    .map(hex)
    .join(' ')}`;
const accepts = (config: Config) => ask([line(config)])[0] === 'true';

const limits: readonly (readonly [field: keyof typeof usual, good: number[], bad: number[]])[] = [
  ['vcpus', [1, 2, 3, 4], [0, 5]],
  ['lists', [1, 4, mostLists], [0, mostLists + 1]],
  ['vtimer', [16, 27, 31], [15, 32, 0]],
  ['intids', [64, 96, 288, mostIntids], [0, 32, 33, 63, 65, 80, 287, mostIntids + 32]],
  ['version', [2], [0, 1, 4]],
  ['gicd', [0x0800_0000, 0x0800_1000], [0x0800_0800, 0x0800_0004]],
];
for (const [field, good, bad] of limits) {
  test(`${field}: its limits are accepted, and what is beyond them is refused`, () => {
    for (const value of good) assert.ok(accepts({ [field]: value }), `${value}`);
    for (const value of bad) assert.not.ok(accepts({ [field]: value }), `${value}`);
  });
}

test('a GICv3 has frames of 64 KiB that do not overlap', () => {
  const v3 = { version: 3, vcpus: 2 };
  for (const gicr of [0x0801_0000, 0x07fc_0000, 0x0900_0000]) assert.ok(accepts({ ...v3, gicr }), hex(gicr));
  for (const gicr of [0x0800_0000, 0x07fd_0000, 0x07ff_0000, 0x0801_8000, 0x0801_1000])
    assert.not.ok(accepts({ ...v3, gicr }), hex(gicr));
  assert.not.ok(accepts({ ...v3, gicd: 0x0800_1000 }));
  assert.ok(accepts({ ...v3, gicd: 0x0810_0000 }));
});

test('a page of the distributor is for one vCPU of a GICv2', () => {
  assert.ok(accepts({ page: 1 }));
  assert.not.ok(accepts({ page: 1, vcpus: 2 }));
  assert.not.ok(accepts({ page: 1, version: 3 }));
});

test('with the most INTIDs the last exists and no other, for registers and calls', () => {
  for (const intids of [64, mostIntids]) {
    const last = intids - 1;
    const enable = 0x100 + (last >> 5) * 4;
    const lines = [
      line({ intids }),
      write(0x000, 1),
      write(enable, 0x8000_0000),
      read(enable),
      read(enable + 4),
    ];
    assert.equal(ask(lines).slice(3), [hex(0x8000_0000), '0']);
    assert.equal(ask([...lines, `inject 0 ${hex(last)}`]).at(-1), `true 0:0=${last},0,0`);
    for (const irq of [intids, intids + 1, intids + 31, 0x7fff_ffff, 0x8000_0000, 15, 0])
      assert.equal(
        ask([...lines, `inject 0 ${hex(irq)}`])
          .at(-1)
          ?.trim(),
        'false',
        `${irq}`,
      );
  }
});

test('as many interrupts are loaded as there are list registers', () => {
  for (const lists of [1, 3, mostLists]) {
    const lines = [line({ lists }), write(0x000, 1), write(0x104, 0xffff_ffff), write(0x204, 0xffff_ffff)];
    const loaded = ask(lines).at(-1)?.split(' ') ?? [];
    assert.equal(
      loaded,
      Array.from({ length: lists }, (_, n) => `0:${n}=${32 + n},0,0`),
    );
  }
});

run();
