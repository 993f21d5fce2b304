// SPDX-License-Identifier: BSD-2-Clause
/** The walk through a guest's stage 1 tables (Arm ARM, D8): every granule, and tables that lie. */
import * as assert from 'uvu/assert';
import { run, test } from '../../support/test.js';
import { ask, hex } from './subject.js';

const ram = 0x4000_0000n;
const ramEnd = ram + 0x80_0000n;
/** seL4_VCPUReg */
const reg = { sctlr: 0, ttbr0: 2, ttbr1: 3, tcr: 4 };
const mmuOn = 1n;
const table = (address: bigint) => address | 3n;
const page = table;
const block = (address: bigint) => address | 1n;

/** TCR_EL1: bits of a virtual address in the lower and in the upper half, TG0, TG1. */
const tcr = (lower: bigint, upper: bigint, tg0: bigint, tg1: bigint) =>
  (64n - lower) | ((64n - upper) << 16n) | (tg0 << 14n) | (tg1 << 30n);
const fourKiB = tcr(39n, 39n, 0n, 2n);

interface Guest {
  sctlr?: bigint;
  ttbr0?: bigint;
  ttbr1?: bigint;
  tcr?: bigint;
  /** 64-bit words of RAM, by address. */
  memory?: [bigint, bigint][];
}
const outcomes = ['mapped', 'unmapped', 'outside'];

/** "mapped IPA", or why not and at which level. */
function walk(guest: Guest, va: bigint): string {
  const { memory = [], ...registers } = { sctlr: mmuOn, ttbr0: ram, ttbr1: ram, tcr: fourKiB, ...guest };
  const lines = [
    ...Object.entries(registers).map(
      ([name, value]) => `set ${hex(reg[name as keyof typeof reg])} ${hex(value)}`,
    ),
    ...memory.map(([address, value]) => `poke ${hex(address)} ${hex(value)}`),
    `walk ${hex(va)}`,
  ];
  const [outcome, level, ipa] = (ask(lines).at(-1) ?? '').split(' ');
  const word = outcomes[Number(outcome)];
  return word === 'mapped' ? `mapped ${ipa}` : `${word} ${level}`;
}

test('with the MMU off an address is what it is', () => {
  assert.is(walk({ sctlr: 0n }, 0xffff_ffff_1234_5678n), 'mapped ffffffff12345678');
});

test('4 KiB granule: pages, 2 MiB and 1 GiB blocks, from level 1 and from level 0', () => {
  const level2 = ram + 0x1000n;
  const level3 = ram + 0x2000n;
  const memory: [bigint, bigint][] = [
    [ram, table(level2)],
    [ram + 8n, block(0x8000_0000n)],
    [level2, table(level3)],
    [level2 + 8n, block(0x40e0_0000n)],
    [level3 + 16n, page(0x0800_0000n)],
  ];
  assert.is(walk({ memory }, 0x2abcn), 'mapped 8000abc');
  assert.is(walk({ memory }, 0x20_1234n), 'mapped 40e01234');
  assert.is(walk({ memory }, 0x5234_5678n), 'mapped 92345678');
  const level0 = ram + 0x3000n;
  const deeper = {
    ttbr0: level0,
    tcr: tcr(48n, 48n, 0n, 2n),
    memory: [...memory, [level0, table(ram)] as [bigint, bigint]],
  };
  assert.is(walk(deeper, 0x2abcn), 'mapped 8000abc');
});

test('16 KiB and 64 KiB granules', () => {
  const sixteen: Guest = {
    tcr: tcr(36n, 36n, 2n, 1n),
    memory: [
      [ram, table(ram + 0x4000n)],
      [ram + 0x4000n + 8n, page(0x0801_4000n)],
      [ram + 8n, block(0x4200_0000n)],
    ],
  };
  assert.is(walk(sixteen, 0x4567n), 'mapped 8014567');
  assert.is(walk(sixteen, 0x234_5678n), 'mapped 42345678');
  const sixtyFour: Guest = {
    tcr: tcr(42n, 42n, 1n, 3n),
    memory: [
      [ram, table(ram + 0x1_0000n)],
      [ram + 0x1_0000n + 8n, page(0x0801_0000n)],
    ],
  };
  assert.is(walk(sixtyFour, 0x1_2345n), 'mapped 8012345');
});

test('the upper half has its own table, and the top byte counts unless it is ignored', () => {
  const upper = 0xffff_ff80_0000_0000n;
  const memory: [bigint, bigint][] = [[ram + 0x1000n, block(0x4000_0000n)]];
  const guest = { ttbr1: ram + 0x1000n, memory };
  assert.is(walk(guest, upper + 0x123n), 'mapped 40000123');
  assert.is(walk(guest, 0x12ff_ff80_0000_0123n), 'unmapped 0');
  assert.is(walk({ ...guest, tcr: fourKiB | (1n << 38n) }, 0x12ff_ff80_0000_0123n), 'mapped 40000123');
  assert.is(walk(guest, 0x80_0000_0000n), 'unmapped 0');
});

test('what is not mapped says at which level', () => {
  assert.is(walk({}, 0n), 'unmapped 1');
  assert.is(walk({ memory: [[ram, table(ram + 0x1000n)]] }, 0n), 'unmapped 2');
  const toLevel3: [bigint, bigint][] = [
    [ram, table(ram + 0x1000n)],
    [ram + 0x1000n, table(ram + 0x2000n)],
  ];
  assert.is(walk({ memory: toLevel3 }, 0n), 'unmapped 3');
  assert.is(walk({ memory: [...toLevel3, [ram + 0x2000n, block(ram)]] }, 0n), 'unmapped 3');
});

test('a table that is not in RAM is not looked at', () => {
  for (const outside of [0n, ram - 0x1000n, ramEnd, 0xffff_ffff_f000n]) {
    assert.is(walk({ ttbr0: outside }, 0n), 'outside 1', hex(outside));
    assert.is(walk({ memory: [[ram, table(outside)]] }, 0n), 'outside 2', hex(outside));
  }
  assert.is(
    walk({ ttbr0: ramEnd - 0x1000n, memory: [[ramEnd - 8n, block(0x4000_0000n)]] }, 0x7f_c000_0000n),
    'mapped 40000000',
  );
});

test('a table that points to itself ends after its last level', () => {
  assert.is(walk({ memory: [[ram, table(ram)]] }, 0x123n), 'mapped 40000123');
});

test('address sizes and granules that there are not map nothing', () => {
  for (const bits of [15n, 12n, 1n, 49n, 63n]) {
    assert.is(walk({ tcr: tcr(bits, bits, 0n, 2n) }, 0n), 'unmapped 0', String(bits));
  }
  assert.is(walk({ tcr: tcr(39n, 39n, 3n, 2n) }, 0n), 'unmapped 0');
  assert.is(walk({ tcr: tcr(39n, 39n, 0n, 0n) }, 0xffff_ff80_0000_0000n), 'unmapped 0');
});

run();
