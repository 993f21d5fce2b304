// SPDX-License-Identifier: BSD-2-Clause
/** The virtual GICv3's registers, against the architecture (IHI 0069, 12.8 to 12.11). */
import * as assert from 'uvu/assert';
import { run, test } from '../../support/test.js';
import {
  distributor,
  frameSize,
  rdBase,
  read,
  redistributors,
  sgiBase,
  start,
  values,
  write,
} from './gicv3.js';
import { ask, hex } from './subject.js';

const intids = 288;
const word = 4;
const doubleword = 8;
const ones = 0xffff_ffff;

type Bank = [name: string, first: number, end: number, access: string, bits: number];

/** IHI 0069, 12.8 and 12.10, for one Security state, affinity routing only, no LPIs. */
const manual: { [frame: string]: Bank[] } = {
  GICD: [
    ['GICD_CTLR', 0x0000, 0x0004, 'RW', 0],
    ['GICD_TYPER', 0x0004, 0x0008, 'R', 0],
    ['GICD_IIDR', 0x0008, 0x000c, 'R', 0],
    ['GICD_IGROUPR', 0x0080, 0x0100, 'RW', 1],
    ['GICD_ISENABLER', 0x0100, 0x0180, 'RW', 1],
    ['GICD_ICENABLER', 0x0180, 0x0200, 'RW', 1],
    ['GICD_ISPENDR', 0x0200, 0x0280, 'RW', 1],
    ['GICD_ICPENDR', 0x0280, 0x0300, 'RW', 1],
    ['GICD_ISACTIVER', 0x0300, 0x0380, 'RW', 1],
    ['GICD_ICACTIVER', 0x0380, 0x0400, 'RW', 1],
    ['GICD_IPRIORITYR', 0x0400, 0x0800, 'RW', 8],
    ['GICD_ICFGR', 0x0c00, 0x0d00, 'RW', 2],
    ['GICD_IROUTER', 0x6000, 0x8000, 'RW', 64],
    ['GICD_PIDR, CIDR', 0xffd0, 0x10000, 'R', 0],
  ],
  RD_base: [
    ['GICR_CTLR', 0x0000, 0x0004, '', 0],
    ['GICR_IIDR', 0x0004, 0x0008, 'R', 0],
    ['GICR_TYPER', 0x0008, 0x0010, 'R', 0],
    ['GICR_WAKER', 0x0014, 0x0018, 'RW', 0],
    ['GICR_PIDR, CIDR', 0xffd0, 0x10000, 'R', 0],
  ],
  SGI_base: [
    ['GICR_IGROUPR0', 0x0080, 0x0084, 'RW', 1],
    ['GICR_ISENABLER0', 0x0100, 0x0104, 'RW', 1],
    ['GICR_ICENABLER0', 0x0180, 0x0184, 'RW', 1],
    ['GICR_ISPENDR0', 0x0200, 0x0204, 'RW', 1],
    ['GICR_ICPENDR0', 0x0280, 0x0284, 'RW', 1],
    ['GICR_ISACTIVER0', 0x0300, 0x0304, 'RW', 1],
    ['GICR_ICACTIVER0', 0x0380, 0x0384, 'RW', 1],
    ['GICR_IPRIORITYR', 0x0400, 0x0420, 'RW', 8],
    ['GICR_ICFGR', 0x0c00, 0x0c08, 'RW', 2],
  ],
};
const frames: [string, number][] = [
  ['GICD', distributor],
  ['RD_base', rdBase(1)],
  ['SGI_base', sgiBase(1)],
];

/** Whether a word of a frame has a register that can be read. */
const covered = (frame: string, offset: number) =>
  (manual[frame] ?? []).some(([, first, end, access, bits]) => {
    const intid = bits === 0 ? intids - 1 : Math.floor(((offset - first) * 8) / bits);
    const has = intid < intids && (frame !== 'GICD' || intid >= 32);
    return offset >= first && offset < end && access !== '' && has;
  });

for (const [i, [frame]] of frames.entries()) {
  test(`the table of ${frame} has the manual's registers, at its offsets and with its access`, () => {
    const [answer = ''] = ask([`banks ${i + 1}`]);
    const expected = (manual[frame] ?? []).map(
      ([, first, end, access, bits]) => `${hex(first)}-${hex(end)} ${access} bits=${bits}`,
    );
    assert.equal(answer.split(';'), expected);
  });
}

for (const [frame, base] of frames) {
  test(`reserved offsets of ${frame} and registers of nonexistent INTIDs read as zero and ignore writes`, () => {
    const offsets = Array.from({ length: frameSize / word }, (_, n) => n * word);
    const empty = offsets.filter((offset) => !covered(frame, offset));
    assert.ok(empty.length > 10_000);
    const writes = empty.map((offset) => write(base + offset, ones));
    const got = values(start(4), ...writes, ...empty.map((offset) => read(base + offset)));
    assert.equal(
      got,
      empty.map(() => 0),
    );
  });
}

test('after reset nothing is enabled, redistributors are awake, and SPIs go to affinity 0', () => {
  const zero = [0x084, 0x104, 0x204, 0x304, 0x420, 0xc08].map((offset) => distributor + offset);
  const own = [0x080, 0x100, 0x200, 0x300, 0x400, 0xc04].map((offset) => sgiBase(0) + offset);
  assert.equal(
    values(start(2), ...[...zero, ...own].map((ipa) => read(ipa))),
    [...zero, ...own].map(() => 0),
  );
  const others = [read(distributor), read(rdBase(1) + 0x14), read(sgiBase(0) + 0xc00)];
  assert.equal(values(start(2), ...others), [0x50, 0, 0xaaaa_aaaa]);
  assert.equal(values(start(2), read(distributor + 0x6000 + 8 * 40, 0, doubleword)), [0]);
});

test('the frames have their identification', () => {
  assert.equal(values(start(4), read(distributor + 4), read(distributor + 8)), [0x0348_0008, 0x43b]);
  assert.equal(values(start(4), read(rdBase(2)), read(rdBase(2) + 4)), [0, 0x43b]);
  for (const [base, part] of [
    [distributor, 0x92],
    [rdBase(3), 0x93],
  ] as const) {
    const id = [0x44, 0, 0, 0, part, 0xb4, 0x3b, 0, 0x0d, 0xf0, 0x05, 0xb1];
    assert.equal(values(start(4), ...id.map((_, n) => read(base + 0xffd0 + n * word))), id);
  }
});

test('GICR_TYPER has number and affinity of its CPU, and marks the last frame', () => {
  const lines = [0, 1, 2].map((vcpu) => `read3 0 ${hex(rdBase(vcpu) + 8)} 8`);
  assert.equal(ask([start(3), ...lines]).slice(1), ['0', '100000100', '200000210']);
  assert.equal(values(start(3), read(rdBase(2) + 8), read(rdBase(2) + 12)), [0x210, 2]);
});

test('GICD_CTLR has affinity routing and one Security state, whatever is written', () => {
  assert.equal(values(start(1), write(distributor, ones), read(distributor)), [0x53]);
  assert.equal(values(start(1), write(distributor, 0), read(distributor)), [0x50]);
});

test('GICR_WAKER follows a request to sleep or wake at once', () => {
  const waker = rdBase(0) + 0x14;
  assert.equal(
    values(
      start(1),
      write(waker, 0),
      read(waker),
      write(waker, 4),
      read(waker),
      write(waker, 2),
      read(waker),
    ),
    [0, 0, 6],
  );
});

test('set and clear registers change the bits written as one, and read the same', () => {
  for (const base of [distributor + 4, sgiBase(0)]) {
    for (const [set, clear] of [
      [base + 0x100, base + 0x180],
      [base + 0x200, base + 0x280],
      [base + 0x300, base + 0x380],
    ] as const) {
      const lines = [write(set, 0xf0f0_0001), write(clear, 0x8000_0001), write(set, 0), write(clear, 0)];
      assert.equal(values(start(1), ...lines, read(set), read(clear)), [0x70f0_0000, 0x70f0_0000], hex(set));
    }
  }
});

test('the configuration of SGIs is fixed, that of PPIs and SPIs is not', () => {
  const icfgr = [sgiBase(0) + 0xc00, sgiBase(0) + 0xc04, distributor + 0xc08];
  const lines = icfgr.map((ipa) => write(ipa, 0x0000_000c));
  assert.equal(values(start(1), ...lines, ...icfgr.map((ipa) => read(ipa))), [0xaaaa_aaaa, 8, 8]);
});

test('a redistributor is the same for every CPU, and has its own state', () => {
  const group = (vcpu: number) => sgiBase(vcpu) + 0x80;
  const reads = [read(group(2), 2), read(group(2), 3), read(group(1), 2)];
  assert.equal(values(start(4), write(group(2), 0x1234, 0), ...reads), [0x1234, 0x1234, 0]);
});

test('GICD_IROUTER keeps an affinity in words and doublewords; its other bits are reserved', () => {
  const router = distributor + 0x6000 + 8 * 32;
  const all = `read3 0 ${hex(router)} 8`;
  const ask1 = (...lines: string[]) => ask([start(1), ...lines, all])[lines.length + 1];
  assert.is(ask1(write(router, -1n, 0, doubleword)), 'ff00ffffff');
  assert.is(ask1(write(router, 0x8001_0203)), '10203');
  assert.is(ask1(write(router + word, 0x1_02), write(router, 3)), '200000003');
  assert.equal(values(start(1), write(router, 0x7_0000_0001n, 0, doubleword), read(router + word)), [7]);
});

test('accesses of a width that the architecture does not require read as zero and write nothing', () => {
  const enables = distributor + 0x108;
  const narrow = [write(enables, ones, 0, 1), write(enables, ones, 0, 2), write(enables, -1n, 0, 8)];
  assert.equal(values(start(1), ...narrow, read(enables)), [0]);
  const reads = [read(enables, 0, 1), read(enables, 0, 2), read(enables, 0, 8)];
  assert.equal(values(start(1), write(enables, ones), ...reads), [0, 0, 0]);
  const priority = distributor + 0x420;
  const bytes = [write(priority + 1, 0xa7, 0, 1), write(priority + 2, 0xffff, 0, 2)];
  assert.equal(
    values(start(1), ...bytes, read(priority), read(priority + 1, 0, 1), read(priority, 0, 2)),
    [0xa000, 0xa0, 0],
  );
});

test('every address of the frames can be accessed with every width, and the controller still works afterwards', () => {
  const size = 4 * 2 * frameSize;
  const sweeps = [
    `sweep3 1 ${hex(distributor)} ${hex(frameSize)}`,
    `sweep3 2 ${hex(redistributors)} ${hex(size)}`,
  ];
  const answers = ask([start(4), ...sweeps, ...sweeps, read(distributor + 8)]);
  assert.equal(answers.slice(1), [
    hex(4 * frameSize),
    hex(4 * size),
    hex(4 * frameSize),
    hex(4 * size),
    '43b',
  ]);
});

test('addresses after the redistributor of the last CPU are not the interrupt controller', () => {
  const behind = [rdBase(3), rdBase(3) + 4, distributor + frameSize, distributor - 4];
  const nobody = 'f'.repeat(16);
  assert.equal(
    ask([start(3), ...behind.map((ipa) => read(ipa))]).slice(1),
    behind.map(() => nobody),
  );
});

test('frames that overlap or are not aligned are refused', () => {
  const at = (gicd: number, gicr: number, vcpus = 1) => ask([`start3 ${vcpus} ${hex(gicd)} ${hex(gicr)}`])[0];
  assert.is(at(0x1_0000, 0x2_0000), 'true');
  assert.is(at(0x4_0000, 0x2_0000), 'true');
  assert.is(at(0x3_0000, 0x2_0000), 'false');
  assert.is(at(0x2_0000, 0x2_0000), 'false');
  assert.is(at(0x8_0000, 0x2_0000, 4), 'false');
  assert.is(at(0x1_8000, 0x3_0000), 'false');
  assert.is(at(0x1_0000, 0x3_1000), 'false');
});

run();
