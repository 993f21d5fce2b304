// SPDX-License-Identifier: BSD-2-Clause
/** Loads and stores through translation tables of the program: every address size, granule and level. */
import type { Act, Exec, Value } from '../program.js';
import { target } from '../protocol.js';
import { plainExec, type Scene } from './scene.js';

interface Granule {
  /** TCR_EL1.TG0, and TG1 for the upper half. */
  tg: number;
  tg1: number;
  pageBits: number;
  levelBits: number;
}

/** Granules of 4 KiB and 64 KiB, which a Cortex-A53 supports. */
const granules: readonly Granule[] = [
  { tg: 0, tg1: 2, pageBits: 12, levelBits: 9 },
  { tg: 1, tg1: 3, pageBits: 16, levelBits: 13 },
];

const lastLevel = 3;
/** Space for each table. */
const tableBytes = 0x1_0000;
const smallestSize = 16;
const largestSize = 39;
/** TCR_EL1: walks are write-back and shareable, as for the guest's own tables. */
const cached = 0x3500;
const walkDisabled = 1 << 7;

const accessFlag = 1n << 10n;
const usual = accessFlag | (3n << 8n) | (1n << 2n);
const readOnly = 1n << 7n;
const userAccess = 1n << 6n;
const pageOrTable = 3n;
const block = 1n;
const apTableReadOnly = 1n << 62n;
const apTableNoUser = 1n << 61n;

const none: Value = { code: 'u8', value: 0n };

/** The level at which a walk starts (Arm ARM DDI 0487, D8.2). */
function startLevel(size: number, { pageBits, levelBits }: Granule): number {
  return lastLevel - Math.max(0, Math.ceil((64 - size - pageBits) / levelBits) - 1);
}

/** How the walk ends: with a page, or with a fault. */
type Ending = 'page' | 'invalid' | 'no access flag' | 'read-only' | 'block';

function leaf(scene: Scene, ending: Ending): { bits: bigint; value: Value } {
  const where: Value = {
    code: 'target',
    value: BigInt(scene.pick([0, 0, target.gicd, target.gicd, target.hole])),
  };
  const user = scene.chance(60) ? userAccess : 0n;
  if (ending === 'invalid') return { bits: BigInt(scene.int(0, 1) * 2), value: none };
  if (ending === 'no access flag') return { bits: (usual & ~accessFlag) | user | pageOrTable, value: where };
  // The arena's place within a block is unknown, so the access flag of the block is clear.
  if (ending === 'block') return { bits: (usual & ~accessFlag) | block, value: none };
  return { bits: usual | user | pageOrTable | (ending === 'read-only' ? readOnly : 0n), value: where };
}

export function walks(scene: Scene): Act[] {
  const granule = scene.pick(granules);
  const size = scene.int(smallestSize, largestSize);
  const first = startLevel(size, granule);
  const ending = scene.pick<Ending>([
    'page',
    'page',
    'page',
    'page',
    'invalid',
    'no access flag',
    'read-only',
    'block',
  ]);
  const canEnd = (level: number) =>
    ending === 'block' ? level === 2 : level === lastLevel || ending === 'invalid';
  const acts: Act[] = [];
  let address = 0n;
  for (let level = first, table = 0; level <= lastLevel; level += 1, table += 1) {
    const shift = granule.pageBits + (lastLevel - level) * granule.levelBits;
    const bits = Math.min(granule.levelBits, 64 - size - shift);
    const index = scene.pick([0, (1 << bits) - 1, scene.int(0, (1 << bits) - 1)]);
    address |= BigInt(index) << BigInt(shift);
    const place = (table * tableBytes) / 8 + index;
    if (canEnd(level) && (level === lastLevel || scene.chance(50))) {
      const { bits: leafBits, value } = leaf(scene, ending);
      acts.push({ kind: 'table', index: place, bits: leafBits, value });
      break;
    }
    const limits = (scene.chance(8) ? apTableReadOnly : 0n) | (scene.chance(8) ? apTableNoUser : 0n);
    acts.push({
      kind: 'table',
      index: place,
      bits: pageOrTable | limits,
      value: { code: 'tables', value: BigInt((table + 1) * tableBytes) },
    });
  }
  const virtual = address | BigInt(offsetIn(scene));
  const isUpper = scene.chance(30);
  return [
    ...acts,
    isUpper ? throughUpper(scene, granule, size, virtual) : through(scene, granule, size, virtual),
  ];
}

/** An offset that is valid both in the arena and as a priority in the distributor. */
const offsetIn = (scene: Scene): number => 0x420 + 4 * scene.int(0, 31);

const accesses: readonly (readonly [text: string, word: number])[] = [
  ['ldr w3, [x1]', 0xb940_0023],
  ['str w3, [x1]', 0xb900_0023],
  ['ldrb w3, [x1]', 0x3940_0023],
  ['ldp w3, w4, [x1]', 0x2940_1023],
  ['stp w3, w4, [x1]', 0x2900_1023],
  ['ldr w3, [x1], #4', 0xb840_4423],
  ['at s1e1r, x1', 0xd508_7801],
];

/** The same through TTBR1_EL1, at EL1: the code of the act is then in the lower half, where EL0 has no access to it. */
function throughUpper(scene: Scene, { tg1 }: Granule, size: number, address: bigint): Exec {
  const [text, word] = scene.pick([...accesses, ...unprivileged]);
  const control = ((size | cached | (scene.chance(4) ? walkDisabled : 0)) << 16) | (tg1 << 30);
  return {
    ...plainExec,
    words: [word],
    text: [text],
    registers: [
      { id: 1, value: { code: 'u64', value: BigInt.asUintN(64, address | (-1n << BigInt(64 - size))) } },
      { id: 3, value: none },
      { id: 4, value: none },
      { id: 'ttbr1', value: { code: 'tables', value: 0n } },
      { id: 'tcr1', value: { code: 'u32', value: BigInt(control >>> 0) } },
    ],
  };
}

const unprivileged: typeof accesses = [
  ['ldtr w3, [x1]', 0xb840_0823],
  ['sttr w3, [x1]', 0xb800_0823],
  ['at s1e0r, x1', 0xd508_7841],
];

function through(scene: Scene, { tg }: Granule, size: number, address: bigint): Exec {
  const [text, word] = scene.pick(accesses);
  const el = text.startsWith('at') ? 1 : scene.el();
  const control = size | cached | (tg << 14) | (scene.chance(4) ? walkDisabled : 0);
  return {
    ...plainExec,
    el,
    spX: el === 1,
    words: [word],
    text: [text],
    registers: [
      { id: 1, value: { code: 'u64', value: address } },
      { id: 3, value: none },
      { id: 4, value: none },
      { id: 'ttbr0', value: { code: 'tables', value: 0n } },
      { id: 'tcr', value: { code: 'u32', value: BigInt(control) } },
    ],
  };
}
