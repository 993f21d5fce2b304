// SPDX-License-Identifier: BSD-2-Clause
/** The virtual distributor's registers, against the GICv2 architecture (IHI 0048B, 4.3). */
import * as assert from 'uvu/assert';
import { run, test } from '../../support/test.js';
import { fourCpus, oneCpu, read, values, write } from './distributor.js';
import { ask, hex } from './subject.js';

const intids = 288;
const word = 4;

/** IHI 0048B, table 4-1, for a distributor without Security Extensions; IIDR and later as GIC-400 has them. */
const manual: [string, number, number, string, number][] = [
  ['GICD_CTLR', 0x000, 0x004, 'RW', 0],
  ['GICD_TYPER', 0x004, 0x008, 'R', 0],
  ['GICD_IIDR', 0x008, 0x00c, 'R', 0],
  ['GICD_IGROUPR', 0x080, 0x100, 'RW', 1],
  ['GICD_ISENABLER', 0x100, 0x180, 'RW', 1],
  ['GICD_ICENABLER', 0x180, 0x200, 'RW', 1],
  ['GICD_ISPENDR', 0x200, 0x280, 'RW', 1],
  ['GICD_ICPENDR', 0x280, 0x300, 'RW', 1],
  ['GICD_ISACTIVER', 0x300, 0x380, 'RW', 1],
  ['GICD_ICACTIVER', 0x380, 0x400, 'RW', 1],
  ['GICD_IPRIORITYR', 0x400, 0x800, 'RW', 8],
  ['GICD_ITARGETSR', 0x800, 0xc00, 'RW', 8],
  ['GICD_ICFGR', 0xc00, 0xd00, 'RW', 2],
  ['GICD_SGIR', 0xf00, 0xf04, 'W', 0],
  ['GICD_CPENDSGIR', 0xf10, 0xf20, 'RW', 8],
  ['GICD_SPENDSGIR', 0xf20, 0xf30, 'RW', 8],
  ['GICD_PIDR, CIDR', 0xfd0, 0x1000, 'R', 0],
];

test("the table has the manual's registers, at its offsets and with its access", () => {
  const [answer = ''] = ask(['banks 0']);
  const expected = manual.map(
    ([, first, end, access, bits]) => `${hex(first)}-${hex(end)} ${access} bits=${bits}`,
  );
  assert.equal(answer.split(';'), expected);
});

test('reserved offsets and registers of nonexistent INTIDs read as zero and ignore writes', () => {
  const covered = (offset: number) =>
    manual.some(([, first, end, access, bits]) => {
      const inside = offset >= first && offset < end && access !== 'W';
      return inside && (bits === 0 || ((offset - first) * 8) / bits < intids);
    });
  const empty = Array.from({ length: 0x1000 / word }, (_, i) => i * word).filter(
    (offset) => !covered(offset),
  );
  assert.ok(empty.length > 400);
  const writes = empty.filter((offset) => offset !== 0xf00).map((offset) => write(offset, 0xffff_ffff));
  const got = values(oneCpu, ...writes, ...empty.map((offset) => read(offset)));
  assert.equal(
    got,
    empty.map(() => 0),
  );
});

test('after reset the SGIs are enabled and nothing else is set', () => {
  const zero = [0x000, 0x080, 0x104, 0x200, 0x300, 0x400, 0x420, 0x820, 0xc04, 0xc08, 0xf10, 0xf20];
  assert.equal(
    values(oneCpu, ...zero.map((offset) => read(offset))),
    zero.map(() => 0),
  );
  assert.equal(values(oneCpu, read(0x100), read(0x180), read(0xc00)), [0xffff, 0xffff, 0xaaaa_aaaa]);
});

test('the distributor has its identification', () => {
  assert.equal(values(oneCpu, read(0x004), read(0x008)), [0x8, 0x0200_143b]);
  assert.equal(values(fourCpus, read(0x004)), [0x68]);
  const id = [0x04, 0, 0, 0, 0x90, 0xb4, 0x2b, 0, 0x0d, 0xf0, 0x05, 0xb1];
  assert.equal(values(oneCpu, ...id.map((_, i) => read(0xfd0 + i * word))), id);
});

test('set and clear registers change the bits written as one, and read the same', () => {
  for (const [set, clear] of [
    [0x104, 0x184],
    [0x204, 0x284],
    [0x304, 0x384],
  ] as const) {
    const lines = [write(set, 0xf0f0_0001), write(clear, 0x8000_0001), write(set, 0), write(clear, 0)];
    assert.equal(values(oneCpu, ...lines, read(set), read(clear)), [0x70f0_0000, 0x70f0_0000], hex(set));
  }
});

test('SGIs can be neither disabled nor made pending by their bits, and are always edge-triggered', () => {
  const lines = [write(0x180, 0xffff_ffff), write(0x200, 0xffff), write(0xc00, 0)];
  assert.equal(values(oneCpu, ...lines, read(0x100), read(0x200), read(0xc00)), [0xffff, 0, 0xaaaa_aaaa]);
});

test('narrow accesses affect only their bytes', () => {
  const lines = [write(0x421, 0xa0, 0, 1), write(0x422, 0xfff8, 0, 2), write(0x105, 0x81, 0, 1)];
  const reads = [read(0x420), read(0x421, 0, 1), read(0x422, 0, 2), read(0x104), read(0x105, 0, 1)];
  assert.equal(values(oneCpu, ...lines, ...reads), [0xf8f8_a000, 0xa0, 0xf8f8, 0x8100, 0x81]);
});

test('a priority has five bits', () => {
  assert.equal(values(oneCpu, write(0x47c, 0xff07_8f10), read(0x47c)), [0xf800_8810]);
});

test('configuration has one writable bit of two, fixed for PPIs', () => {
  const lines = [write(0xc04, 0xffff_ffff), write(0xc08, 0xffff_ffff), write(0xc0c, 0x0000_0008)];
  assert.equal(values(oneCpu, ...lines, read(0xc04), read(0xc08), read(0xc0c)), [0, 0xaaaa_aaaa, 8]);
});

test('targets read as zero with one CPU; with four they name CPUs, for private interrupts the accessing one', () => {
  assert.equal(values(oneCpu, write(0x820, 0x0101_0101), read(0x820), read(0x800)), [0, 0]);
  const lines = [write(0x820, 0xff0f_0102), write(0x800, 0)];
  assert.equal(
    values(fourCpus, ...lines, read(0x820), read(0x800, 2), read(0x81c, 3)),
    [0x0f0f_0102, 0x0404_0404, 0x0808_0808],
  );
});

test('private registers are banked, shared ones are not', () => {
  const lines = [write(0x100, 0x0800_0000, 1), write(0x41c, 0xa0, 1), write(0x104, 2, 1)];
  assert.equal(
    values(fourCpus, ...lines, read(0x100, 0), read(0x100, 1), read(0x41c, 0), read(0x104, 0)),
    [0xffff, 0x0800_ffff, 0, 2],
  );
});

test('the distributor page always equals the values of reads', () => {
  const offsets = Array.from({ length: 0x1000 / word }, (_, i) => i * word);
  const steps = [
    write(0x000, 3),
    write(0x084, 4),
    write(0x104, 0xff),
    write(0x184, 1),
    write(0x204, 0x3f),
    write(0x284, 0x10),
    write(0x304, 0x40),
    write(0x421, 0xa0, 0, 1),
    write(0xc08, 8),
    write(0xf00, 0x0200_0007),
    write(0xf21, 1, 0, 1),
    write(0xf11, 1, 0, 1),
    'end 0 0',
    'end 0 1',
  ];
  steps.forEach((_, i) => {
    const lines = ['start 1 1', ...steps.slice(0, i + 1)];
    const both = offsets.flatMap((offset) => [read(offset), `page ${hex(offset)}`]);
    const answers = ask([...lines, ...both]).slice(lines.length);
    offsets.forEach((offset, k) => {
      assert.is(answers[2 * k + 1], answers[2 * k], `${hex(offset)} after ${steps[i]}`);
    });
  });
});

test('bytes of GICD_ICFGR set the triggers of their own four INTIDs', () => {
  for (let byte = 0; byte < 8; byte += 1) {
    const offset = 0xc08 + byte;
    const set = [write(0xc08, 0xffff_ffff), write(0xc0c, 0xffff_ffff), write(offset, 0, 0, 1)];
    const expected = [0xaaaa_aaaa, 0xaaaa_aaaa];
    const at = byte >> 2;
    expected[at] = ((expected[at] ?? 0) & ~(0xff << ((byte & 3) * 8))) >>> 0;
    assert.equal(values(oneCpu, ...set, read(0xc08), read(0xc0c)), expected, hex(offset));
    const one = [write(offset, 0x82, 0, 1), read(offset, 0, 1)];
    assert.equal(values(oneCpu, ...one), [0x82], hex(offset));
  }
});

run();
