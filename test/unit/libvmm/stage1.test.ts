// SPDX-License-Identifier: BSD-2-Clause
/** The guest's stage 1 (Arm ARM, D8): the address of an access, or the fault that the CPU would report. */
import * as assert from 'uvu/assert';
import { randomOf } from '../../../harness/base/random.js';
import { translate } from '../../../harness/model/index.js';
import { run, test } from '../../support/test.js';
import { ask, hex } from './subject.js';

const ram = 0x4000_0000n;
const ramEnd = ram + 0x80_0000n;
/** seL4_VCPUReg */
const reg = { sctlr: 0, ttbr0: 2, ttbr1: 3, tcr: 4 };
const mmuOn = 1n;
const wxn = 1n << 19n;
const bigEndian = 1n << 25n;

const af = 1n << 10n;
const el0 = 1n << 6n;
const readOnly = 1n << 7n;
const pxn = 1n << 53n;
const uxn = 1n << 54n;
const dirtyBit = 1n << 51n;
const tableNoEl0 = 1n << 61n;
const tableReadOnly = 1n << 62n;
const table = (address: bigint) => address | 3n;
const page = (address: bigint) => address | af | 3n;
const block = (address: bigint) => address | af | 1n;

/** TCR_EL1: bits of a virtual address in the lower and in the upper half, TG0, TG1; 40-bit outputs. */
const tcr = (lower: bigint, upper: bigint, tg0: bigint, tg1: bigint) =>
  (64n - lower) | ((64n - upper) << 16n) | (tg0 << 14n) | (tg1 << 30n) | (2n << 32n);
const fourKiB = tcr(39n, 39n, 0n, 2n);
const hardwareFlag = 1n << 39n;
const hardwareDirty = 1n << 40n;

const el = { el0: 0n, el1: 5n };
const pan = 1n << 22n;
const uao = 1n << 23n;

interface Guest {
  sctlr?: bigint;
  ttbr0?: bigint;
  ttbr1?: bigint;
  tcr?: bigint;
  /** 64-bit words of RAM, by address. */
  memory?: readonly (readonly [bigint, bigint])[];
}
type Kind = 'read' | 'write' | 'execute';
interface How {
  kind?: Kind;
  asEl0?: boolean;
  pstate?: bigint;
  /** N of Armv8.N. */
  armv8?: number;
}
const kinds: readonly Kind[] = ['read', 'write', 'execute'];

function setUp(guest: Guest): string[] {
  const { memory = [], ...registers } = { sctlr: mmuOn, ttbr0: ram, ttbr1: ram, tcr: fourKiB, ...guest };
  return [
    ...Object.entries(registers).map(
      ([name, value]) => `set ${hex(reg[name as keyof typeof reg])} ${hex(value)}`,
    ),
    ...memory.map(([address, value]) => `poke ${hex(address)} ${hex(value)}`),
  ];
}

const walkLine = (va: bigint, { kind = 'read', asEl0 = false, pstate = el.el1, armv8 = 0 }: How = {}) =>
  `walk ${hex(va)} ${kinds.indexOf(kind)} ${asEl0 ? 1 : 0} ${hex(pstate)} ${armv8}`;

const faults = ['address size', 'translation', 'access flag', 'permission'];

/** "mapped IPA", or the fault and its level. */
function inWords(answer: string): string {
  const [mapped, status, ipa] = answer.split(' ');
  if (mapped === '1') return `mapped ${ipa}`;
  const code = Number.parseInt(status ?? '', 16);
  return `${code >= 0x14 ? 'external on walk' : faults[code >> 2]} ${code & 3}`;
}

const walk = (guest: Guest, va: bigint, how: How = {}): string =>
  inWords(ask([...setUp(guest), walkLine(va, how)]).at(-1) ?? '');

test('with stage 1 off an address is not translated, up to the physical address size', () => {
  assert.is(walk({ sctlr: 0n }, 0x12_1234_5678n), 'mapped 1212345678');
  assert.is(walk({ sctlr: 0n }, 0x100_0000_0000n), 'address size 0');
  assert.is(walk({ sctlr: 0n, tcr: fourKiB | (1n << 37n) }, 0x5a00_0000_1234_5678n), 'mapped 12345678');
});

/** Level of the first table by bits of the address (Arm ARM, tables of D8.2). */
const granules = [
  {
    name: '4 KiB',
    tg: [0n, 2n],
    first: (bits: number) => (bits > 39 ? 0 : bits > 30 ? 1 : 2),
    blocks: [1, 2],
  },
  {
    name: '16 KiB',
    tg: [2n, 1n],
    first: (bits: number) => (bits > 47 ? 0 : bits > 36 ? 1 : bits > 25 ? 2 : 3),
    blocks: [2],
  },
  { name: '64 KiB', tg: [1n, 3n], first: (bits: number) => (bits > 42 ? 1 : bits > 29 ? 2 : 3), blocks: [2] },
  { name: 'reserved', tg: [3n, 0n], first: () => 4, blocks: [] },
] as const;

test('every TxSZ, granule, half and level: mapped pages, faults, and blocks', () => {
  const tableOf = (level: number) => ram + BigInt(level) * 0x1_0000n;
  const lines: string[] = [];
  const expected: string[] = [];
  const names: string[] = [];
  for (const { name, tg, first, blocks } of granules) {
    for (const half of [0, 1]) {
      for (let txsz = 0; txsz < 64; txsz += 1) {
        const bits = 64 - txsz;
        const valid = txsz >= 16 && txsz <= 39 && name !== 'reserved';
        const start = valid ? first(bits) : 2;
        for (let level = start; level < 4; level += 1) {
          for (const descriptor of [0n, block(0n), ...(level === 3 ? [page(0n)] : [])]) {
            const other = 64n - 39n;
            const sizes = half === 0 ? BigInt(txsz) | (other << 16n) : other | (BigInt(txsz) << 16n);
            const control = sizes | (tg[0] << 14n) | (tg[1] << 30n) | (2n << 32n);
            const memory: [bigint, bigint][] = [];
            for (let above = start; above < level; above += 1)
              memory.push([tableOf(above), table(tableOf(above + 1))]);
            memory.push([tableOf(level), descriptor]);
            const root = tableOf(start);
            lines.push(...setUp({ tcr: control, ttbr0: root, ttbr1: root, memory }));
            const va =
              half === 0 ? 0n : (0xffff_ffff_ffff_ffffn << BigInt(Math.min(bits, 55))) & ((1n << 64n) - 1n);
            lines.push(walkLine(va, { armv8: 2 }));
            const isLeaf =
              level === 3
                ? descriptor === page(0n)
                : descriptor !== 0n && blocks.some((block) => block === level);
            expected.push(!valid ? 'translation 0' : isLeaf ? 'mapped 0' : `translation ${level}`);
            names.push(`${name}, half ${half}, TxSZ ${txsz}, level ${level}, descriptor ${hex(descriptor)}`);
          }
        }
      }
    }
  }
  const answers = ask(lines).filter((_, index) => lines[index]?.startsWith('walk'));
  assert.is(answers.length, expected.length);
  for (const [index, answer] of answers.entries()) assert.is(inWords(answer), expected[index], names[index]);
});

test('a table that points to itself ends after the last level, for every address size', () => {
  const lines = setUp({ memory: [[ram, ram | 3n]] });
  for (let txsz = 0n; txsz < 64n; txsz += 1n)
    for (const tg of [0n, 1n, 2n, 3n])
      lines.push(`set ${reg.tcr} ${hex(txsz | (tg << 14n))}`, walkLine(0n, { armv8: 2 }));
  const answers = ask(lines).filter((_, index) => lines[index]?.startsWith('walk'));
  for (const answer of answers) assert.match(inWords(answer), /translation 0|access flag 3/);
  assert.is(walk({ memory: [[ram, ram | af | 3n]] }, 0x123n), 'mapped 40000123');
});

test('CPUs before Armv8.2 have no 16 KiB granule', () => {
  const guest = { tcr: tcr(36n, 36n, 2n, 1n), memory: [[ram, table(ram)]] as const };
  assert.is(walk(guest, 0n), 'translation 0');
  assert.is(walk(guest, 0n, { armv8: 1 }), 'translation 0');
  assert.is(walk(guest, 0n, { armv8: 2 }), 'access flag 3');
});

test('blocks and pages are found by their index', () => {
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
  const sixtyFour: Guest = {
    tcr: tcr(42n, 42n, 1n, 3n),
    memory: [
      [ram, table(ram + 0x1_0000n)],
      [ram + 0x1_0000n + 8n, page(0x0801_0000n)],
    ],
  };
  assert.is(walk(sixtyFour, 0x1_2345n), 'mapped 8012345');
});

test('bits of a TTBR below its alignment are ignored', () => {
  const memory: [bigint, bigint][] = [[ram, block(0x4000_0000n)]];
  assert.is(walk({ ttbr0: ram + 0x801n, memory }, 0x123n), 'mapped 40000123');
});

test('the upper half has its own table, and the top byte counts unless top-byte-ignore is set', () => {
  const upper = 0xffff_ff80_0000_0000n;
  const memory: [bigint, bigint][] = [[ram + 0x1000n, block(0x4000_0000n)]];
  const guest = { ttbr1: ram + 0x1000n, memory };
  assert.is(walk(guest, upper + 0x123n), 'mapped 40000123');
  assert.is(walk(guest, 0x12ff_ff80_0000_0123n), 'translation 0');
  assert.is(walk({ ...guest, tcr: fourKiB | (1n << 38n) }, 0x12ff_ff80_0000_0123n), 'mapped 40000123');
  assert.is(walk(guest, 0x80_0000_0000n), 'translation 0');
});

test('walks can be disabled for a half', () => {
  const memory: [bigint, bigint][] = [[ram, block(0x4000_0000n)]];
  assert.is(walk({ tcr: fourKiB | (1n << 7n), memory }, 0n), 'translation 0');
  assert.is(walk({ tcr: fourKiB | (1n << 23n), memory }, 0n), 'mapped 40000000');
  assert.is(walk({ tcr: fourKiB | (1n << 23n), memory }, 0xffff_ff80_0000_0000n), 'translation 0');
});

test('an output address beyond the physical address size is an address size fault at its level', () => {
  const far = 0x100_0000_0000n;
  assert.is(walk({ ttbr0: ram | far }, 0n), 'address size 0');
  assert.is(walk({ memory: [[ram, table(ram | far)]] }, 0n), 'address size 1');
  assert.is(walk({ memory: [[ram, block(far)]] }, 0n), 'address size 1');
  const small = fourKiB & ~(7n << 32n);
  assert.is(walk({ tcr: small, memory: [[ram, block(0x1_0000_0000n)]] }, 0n), 'address size 1');
  assert.is(walk({ tcr: small | (5n << 32n), memory: [[ram, block(far)]] }, 0n), 'address size 1');
});

test('a table outside RAM is not read', () => {
  for (const outside of [0n, ram - 0x1000n, ramEnd, 0xff_ffff_f000n]) {
    assert.is(walk({ ttbr0: outside }, 0n), 'external on walk 1', hex(outside));
    assert.is(walk({ memory: [[ram, table(outside)]] }, 0n), 'external on walk 2', hex(outside));
  }
  const last = { ttbr0: ramEnd - 0x1000n, memory: [[ramEnd - 8n, block(0x4000_0000n)]] as const };
  assert.is(walk(last, 0x7f_c000_0000n), 'mapped 40000000');
});

test('tables are big-endian if SCTLR_EL1.EE is set', () => {
  const swapped = Buffer.alloc(8);
  swapped.writeBigUInt64BE(block(0x4000_0000n));
  const memory: [bigint, bigint][] = [[ram, swapped.readBigUInt64LE()]];
  assert.is(walk({ sctlr: mmuOn | bigEndian, memory }, 0x123n), 'mapped 40000123');
  assert.is(walk({ memory }, 0x123n), 'translation 1');
});

/** A guest with a page at VA 0, its descriptor changed by `bits`, below a table with the bits `tables`. */
function pageWith(bits: bigint, tables = 0n, more: Guest = {}): Guest {
  return {
    ...more,
    memory: [
      [ram, table(ram + 0x1000n) | tables],
      [ram + 0x1000n, table(ram + 0x2000n)],
      [ram + 0x2000n, page(0x4000_0000n) ^ bits],
    ],
  };
}

/** Permissions to read, write, execute: "rwx" with dashes. */
function may(guest: Guest, how: How): string {
  const letters = kinds.map((kind, index) => {
    const answer = walk(guest, 0n, { ...how, kind });
    if (answer !== 'mapped 40000000') assert.is(answer, 'permission 3');
    return answer === 'permission 3' ? '-' : 'rwx'[index];
  });
  return letters.join('');
}

const permissions: [string, Guest, How, string][] = [
  ['EL1 on a page of EL1', pageWith(0n), { pstate: el.el1 }, 'rwx'],
  ['EL0 on a page of EL1', pageWith(0n), { pstate: el.el0 }, '--x'],
  ['LDTR and STTR on a page of EL1', pageWith(0n), { asEl0: true }, '--x'],
  ['LDTR and STTR under UAO', pageWith(0n), { asEl0: true, pstate: el.el1 | uao }, 'rwx'],
  ['EL1 on a page of EL0: it may not execute what EL0 can write', pageWith(el0), {}, 'rw-'],
  ['EL0 on a page of EL0', pageWith(el0), { pstate: el.el0 }, 'rwx'],
  ['LDTR and STTR on a page of EL0', pageWith(el0), { asEl0: true }, 'rw-'],
  ['EL1 under PAN on a page of EL0', pageWith(el0), { pstate: el.el1 | pan }, '---'],
  ['EL1 under PAN on its own page', pageWith(0n), { pstate: el.el1 | pan }, 'rwx'],
  ['LDTR and STTR under PAN', pageWith(el0), { asEl0: true, pstate: el.el1 | pan }, 'rw-'],
  ['EL1 on a page to read', pageWith(readOnly), {}, 'r-x'],
  ['EL0 on a page of EL1 to read', pageWith(readOnly), { pstate: el.el0 }, '--x'],
  ['EL1 on a page to read of both', pageWith(readOnly | el0), {}, 'r-x'],
  ['EL0 on a page to read of both', pageWith(readOnly | el0), { pstate: el.el0 }, 'r-x'],
  ['EL1 under PXN', pageWith(pxn), {}, 'rw-'],
  ['EL0 under PXN', pageWith(pxn | el0), { pstate: el.el0 }, 'rwx'],
  ['EL0 under UXN', pageWith(uxn | el0), { pstate: el.el0 }, 'rw-'],
  ['EL1 under UXN', pageWith(uxn), {}, 'rwx'],
  ['EL1 under WXN', pageWith(0n, 0n, { sctlr: mmuOn | wxn }), {}, 'rw-'],
  ['EL1 under WXN on a page to read', pageWith(readOnly, 0n, { sctlr: mmuOn | wxn }), {}, 'r-x'],
  ['EL0 under WXN', pageWith(el0, 0n, { sctlr: mmuOn | wxn }), { pstate: el.el0 }, 'rw-'],
  ['EL0 below a table that has nothing for EL0', pageWith(el0, tableNoEl0), { pstate: el.el0 }, '--x'],
  ['EL1 under PAN there', pageWith(el0, tableNoEl0), { pstate: el.el1 | pan }, 'rwx'],
  ['EL1 below a table to read', pageWith(0n, tableReadOnly), {}, 'r-x'],
  ['EL0 below a table to read', pageWith(el0, tableReadOnly), { pstate: el.el0 }, 'r-x'],
  ['EL1 below PXNTable', pageWith(0n, 1n << 59n), {}, 'rw-'],
  ['EL0 below UXNTable', pageWith(el0, 1n << 60n), { pstate: el.el0 }, 'rw-'],
  ['HPD0 on Armv8.0', pageWith(0n, tableReadOnly, { tcr: fourKiB | (1n << 41n) }), {}, 'r-x'],
  ['HPD0 on Armv8.1', pageWith(0n, tableReadOnly, { tcr: fourKiB | (1n << 41n) }), { armv8: 1 }, 'rwx'],
  ['HPD0 on Armv8.2', pageWith(0n, tableReadOnly, { tcr: fourKiB | (1n << 41n) }), { armv8: 2 }, 'rwx'],
  [
    'HPD1 in the lower half',
    pageWith(0n, tableReadOnly, { tcr: fourKiB | (1n << 42n) }),
    { armv8: 2 },
    'r-x',
  ],
];
for (const [name, guest, how, expected] of permissions) {
  test(`permissions: ${name}: ${expected}`, () => assert.is(may(guest, how), expected));
}

test('HPD1 is for the upper half, and HPD0 for the lower', () => {
  const va = 0xffff_ff80_0000_0000n;
  const readable = (bit: bigint) => {
    const guest = pageWith(0n, tableReadOnly, { tcr: fourKiB | (1n << bit) });
    return walk(guest, va, { kind: 'write', armv8: 2 });
  };
  assert.is(readable(42n), 'mapped 40000000');
  assert.is(readable(41n), 'permission 3');
});

test('a clear access flag faults before permissions are checked', () => {
  assert.is(walk(pageWith(af), 0n, { pstate: el.el0 }), 'access flag 3');
  assert.is(walk(pageWith(af, 0n, { tcr: fourKiB | hardwareFlag }), 0n), 'access flag 3');
});

test('with hardware management of access flag and dirty state, descriptors are updated', () => {
  const descriptor = ram + 0x2000n;
  const after = (guest: Guest, how: How) => {
    const answers = ask([...setUp(guest), walkLine(0n, { armv8: 2, ...how }), `peek ${hex(descriptor)}`]);
    return [inWords(answers.at(-2) ?? ''), answers.at(-1)];
  };
  const flag = { tcr: fourKiB | hardwareFlag };
  assert.equal(after(pageWith(af, 0n, flag), {}), ['mapped 40000000', hex(page(0x4000_0000n))]);
  const denied = pageWith(af, 0n, flag);
  assert.equal(after(denied, { pstate: el.el0 }), ['permission 3', hex(page(0x4000_0000n) ^ af)]);
  const dirty = pageWith(readOnly | dirtyBit, 0n, { tcr: fourKiB | hardwareFlag | hardwareDirty });
  const clean = hex(page(0x4000_0000n) | readOnly | dirtyBit);
  assert.equal(after(dirty, { kind: 'read' }), ['mapped 40000000', clean]);
  assert.equal(after(dirty, { kind: 'write' }), ['mapped 40000000', hex(page(0x4000_0000n) | dirtyBit)]);
  assert.equal(after({ ...dirty, tcr: fourKiB | hardwareFlag }, { kind: 'write' }), ['permission 3', clean]);
  assert.equal(after({ ...dirty, tcr: fourKiB | hardwareDirty }, { kind: 'write' }), ['permission 3', clean]);
  const armv8 = 1;
  assert.equal(after(pageWith(af, 0n, flag), { armv8 }), ['mapped 40000000', hex(page(0x4000_0000n))]);
  // Below a table to read, the leaf stays as it is.
  const below = pageWith(readOnly | dirtyBit, tableReadOnly, { tcr: fourKiB | hardwareFlag | hardwareDirty });
  assert.equal(after(below, { kind: 'write' }), ['permission 3', clean]);
});

/** Random regimes with tables that point to each other, by a seed. */
function randomWalks(seed: number, count: number): { lines: string[]; expected: string[]; names: string[] } {
  const random = randomOf(seed);
  const below = (end: number) => Math.floor(random() * end);
  const bits = (width: number) => BigInt(below(2 ** Math.min(width, 30)));
  const pick = <T>(from: readonly T[]): T => from[below(from.length)] ?? fail();
  const tables = Array.from({ length: 6 }, (_, n) => ram + BigInt(n) * 0x1_0000n);
  const [lines, expected, names]: [string[], string[], string[]] = [[], [], []];
  for (let n = 0; n < count; n += 1) {
    const granule = pick([12n, 12n, 16n]);
    const sizes = (16n + bits(5) - (bits(3) === 0n ? 8n : 0n)) | ((16n + bits(5)) << 16n);
    const grains = granule === 12n ? 2n << 30n : (1n << 14n) | (3n << 30n);
    const rare = (bit: bigint, percent: number) => (below(100) < percent ? 1n << bit : 0n);
    const control =
      sizes |
      grains |
      (bits(3) << 32n) |
      rare(37n, 20) |
      rare(38n, 20) |
      rare(7n, 5) |
      rare(23n, 5) |
      rare(39n, 20);
    const upper = below(2) === 1;
    const size = 64 - Number((upper ? control >> 16n : control) & 0x3fn);
    // Index 0 or 1 at every level, which are the descriptors that are set.
    let va = bits(16);
    for (let bit = granule; bit < 48n; bit += granule - 3n) va |= bits(1) << bit;
    va &= (1n << BigInt(Math.max(1, Math.min(size, 48) - below(8)))) - 1n;
    if (upper) va |= ((1n << 64n) - 1n) ^ ((1n << BigInt(Math.min(size, 55))) - 1n);
    va ^= rare(60n, 15) | rare(56n, 10) | rare(BigInt(Math.min(size, 54)), 5);
    const descriptor = () =>
      pick([
        pick(tables) | 3n | (bits(5) << 59n),
        pick(tables) | 3n,
        ram | (bits(12) << 2n) | pick([1n, 3n, 3n]),
        pick([0x0800_0000n, 1n << 36n, 1n << 40n, 0xb_0000_0000n, ramEnd]) | af | el0 | pick([1n, 3n]),
        bits(30),
      ]);
    const memory: [bigint, bigint][] = [];
    for (const at of tables) memory.push([at, descriptor()], [at + 8n, descriptor()]);
    const [ttbr0, ttbr1] = [pick(tables) | rare(41n, 5), pick([...tables, ramEnd, 0n]) | rare(0n, 10)];
    const how: How = { kind: pick(['read', 'write']), pstate: pick([el.el0, el.el1]), asEl0: below(5) === 0 };
    lines.push(...setUp({ tcr: control, ttbr0, ttbr1, memory }), walkLine(va, how));
    const words = new Map(memory);
    const regime = {
      sctlr: mmuOn,
      tcr: control,
      tables: [ttbr0, ttbr1] as const,
      descriptor: (at: bigint) => (at >= ram && at < ramEnd ? (words.get(at) ?? 0n) : ('outside' as const)),
    };
    const access = { write: how.kind === 'write', el0: how.pstate === el.el0 || how.asEl0 === true };
    const to = translate(regime, va, access);
    expected.push('ipa' in to ? `1 0 ${hex(to.ipa)}` : 'status' in to ? `0 ${hex(to.status)}` : 'unknown');
    names.push(`va ${hex(va)}, TCR ${hex(control)}, ${how.kind}`);
    lines.push(...memory.map(([address]) => `poke ${hex(address)} 0`));
  }
  return { lines, expected, names };
}

test('random regimes are translated as the model of the architecture does', () => {
  const { lines, expected, names } = randomWalks(12, 1500);
  const answers = ask(lines).filter((_, index) => lines[index]?.startsWith('walk'));
  const outcomes = new Set<string>();
  for (const [index, answer] of answers.entries()) {
    const got = answer.startsWith('1') ? answer : answer.split(' ').slice(0, 2).join(' ');
    assert.is(got, expected[index], names[index]);
    outcomes.add(inWords(answer).replace(/mapped .*/, 'mapped'));
  }
  // Every fault at every level that it has, and success.
  assert.ok(outcomes.size >= 18, [...outcomes].sort().join(', '));
});

function fail(): never {
  throw new RangeError('nothing to pick from');
}

run();
