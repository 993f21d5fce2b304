// SPDX-License-Identifier: BSD-2-Clause
/**
 * Emulation permits only what the CPU would: the access that faulted, at its address and in its direction, and no
 * memory that the guest's own tables do not permit.
 */
import * as assert from 'uvu/assert';
import { run, test } from '../../support/test.js';
import { assemble } from './assemble.js';
import { ask, hex } from './subject.js';

const ram = 0x4000_0000n;
const levels = [ram, ram + 0x1000n, ram + 0x2000n] as const;
const code = ram + 0x4000n;
const memory = ram + 0x5000n;
const secret = 0x5ec7e7n;
/** The device ends with its page. */
const device = 0x0a00_0f00n;
const pageOfDevice = 0x0a00_0000n;

/** Pages by virtual address: the device, what follows it, the code. */
const first = 0x1000n;
const second = 0x2000n;
const codeVa = 0x3000n;

const af = 1n << 10n;
const el0 = 1n << 6n;
const readOnly = 1n << 7n;
const page = (address: bigint) => address | af | 3n;
const el = { el0: 0n, el1: 5n };
const singleStep = 1n << 21n;

/** ESR_EL2 without a syndrome, and its bits. */
const read = 0x9200_0007n;
const write = 0x9200_0047n;
const onWalk = 1n << 7n;
const maintains = 1n << 8n;
const fetch = 0x8200_0007n;

interface Trial {
  text: string;
  esr: bigint;
  pstate?: bigint;
  /** x0, and where the access faults. */
  at?: bigint;
  ipa?: bigint;
  /** Descriptors of the three pages. */
  first?: bigint;
  second?: bigint;
  code?: bigint;
  /** SCTLR_EL1. */
  sctlr?: bigint;
  /** How often it happens. The last time is observed. */
  times?: number;
}

/** The result, and the contents of the second page afterwards. */
async function outcome(trial: Trial): Promise<string> {
  const [insn = 0] = await assemble([trial.text]);
  const { at = second - 4n, ipa = pageOfDevice + 0xffcn, pstate = el.el0, times = 1, sctlr = 1n } = trial;
  const pages = [
    [first, trial.first ?? page(pageOfDevice) | el0],
    [second, trial.second ?? page(memory) | el0],
    [codeVa, trial.code ?? page(code) | el0 | readOnly],
  ] as const;
  const lines = [
    'start 1 0',
    `device ${hex(device)} 0`,
    `set 0 ${hex(sctlr)}`,
    `set 2 ${hex(ram)}`,
    `set 4 ${hex(25n | (2n << 32n))}`,
    `poke ${hex(levels[0])} ${hex(levels[1] | 3n)}`,
    `poke ${hex(levels[1])} ${hex(levels[2] | 3n)}`,
    ...pages.map(([va, descriptor]) => `poke ${hex(levels[2] + (va >> 12n) * 8n)} ${hex(descriptor)}`),
    `poke ${hex(memory)} ${hex(secret)}`,
    `pstate ${hex(pstate | 0x3c0n)}`,
    `gpr 0 ${hex(at)}`,
    'gpr 1 1111',
    'gpr 2 2222',
    ...Array.from(
      { length: times },
      () => `fault ${hex(insn)} ${hex(ipa)} ${hex(trial.esr)} ${hex(codeVa)} ${hex(code)}`,
    ),
    `peek ${hex(memory)}`,
  ];
  const answers = ask(lines);
  const now = answers.at(-1);
  return `${answers.at(-2)?.replace('resume ', '')}${now === hex(secret) ? '' : `, memory ${now}`}`;
}

const stored = 'wfc&ffffffff=1111 next, memory 2222';
const vectorOf = { el0: ' pstate=3c5', el1: '' };
const abort = (esr: string, far = '2000', from: keyof typeof vectorOf = 'el0') =>
  `esr=${esr} far=${far}${vectorOf[from]}`;

const trials: [string, Trial, string][] = [
  // A pair that begins in the device and ends in memory.
  ['a store into memory that it may write', { text: 'stp w1, w2, [x0]', esr: write }, stored],
  [
    'a load from memory that it may read',
    { text: 'ldp w1, w2, [x0]', esr: read },
    'rfc&ffffffff next x1=8f8e8d8c x2=5ec7e7',
  ],
  [
    'EL0: a store into memory to read',
    { text: 'stp w1, w2, [x0]', esr: write, second: page(memory) | el0 | readOnly },
    abort('9200004f'),
  ],
  [
    "EL0: a load from EL1's memory",
    { text: 'ldp w1, w2, [x0]', esr: read, second: page(memory) },
    abort('9200000f'),
  ],
  [
    'EL1: the same is its own',
    { text: 'stp w1, w2, [x0]', esr: write, second: page(memory), pstate: el.el1, code: page(code) },
    stored,
  ],
  [
    "EL1 under PAN: a load from EL0's memory",
    {
      text: 'ldp w1, w2, [x0]',
      esr: read,
      pstate: el.el1 | (1n << 22n),
      first: page(pageOfDevice),
      code: page(code),
    },
    'esr=9600000f far=2000',
  ],
  ['into memory that is not mapped', { text: 'stp w1, w2, [x0]', esr: write, second: 0n }, abort('92000047')],
  [
    'into memory without its access flag',
    { text: 'stp w1, w2, [x0]', esr: write, second: (page(memory) | el0) ^ af },
    abort('9200004b'),
  ],
  [
    'into a page at an address that the CPU does not have',
    { text: 'stp w1, w2, [x0]', esr: write, second: page(1n << 44n) | el0 },
    abort('92000043'),
  ],
  [
    'into what nobody answers',
    { text: 'stp w1, w2, [x0]', esr: write, second: page(0x0b00_0000n) | el0 },
    abort('92000050'),
  ],
  [
    'the other way round: from memory into the device',
    {
      text: 'stp w1, w2, [x0]',
      esr: write,
      ipa: device & ~0xfffn,
      first: page(memory) | el0,
      second: page(pageOfDevice) | el0,
    },
    abort('92000050'),
  ],
  [
    'one register of a load lies in two pages',
    { text: 'ldp x1, x2, [x0]', esr: read, at: second - 4n },
    abort('92000010', '1ffc'),
  ],
  [
    'as above, and the second page is what faulted',
    {
      text: 'ldr x1, [x0]',
      esr: read,
      ipa: pageOfDevice,
      first: page(memory) | el0,
      second: page(pageOfDevice) | el0,
    },
    abort('92000010'),
  ],
  [
    'vector registers in two pages, of which the second faulted',
    {
      text: 'ld4 {v0.16b-v3.16b}, [x0]',
      esr: read,
      ipa: pageOfDevice,
      first: page(memory) | el0,
      second: page(pageOfDevice) | el0,
    },
    abort('92000010'),
  ],
  [
    'STTR at EL1 with a page of EL1 behind',
    {
      text: 'sttr x1, [x0]',
      esr: write,
      pstate: el.el1,
      code: page(code),
      first: page(pageOfDevice) | el0,
      second: page(memory),
    },
    'esr=9600004f far=2000',
  ],
  [
    'a block that is cleared: FAR is what the register held',
    { text: 'dc zva, x0', esr: write, at: first + 0x123n, ipa: pageOfDevice + 0x123n },
    abort('92000050', '1123'),
  ],

  // Memory has another instruction than the one that faulted.
  ['a load where a store faulted', { text: 'ldr x1, [x0]', esr: write, at: second }, 'cleaned again'],
  ['a store where a load faulted', { text: 'str x1, [x0]', esr: read, at: first }, 'cleaned again'],
  ['a load from the address of a store', { text: 'ldr w1, [x0]', esr: write }, 'cleaned again'],
  ['a store to the address of a load', { text: 'str w1, [x0]', esr: read }, 'cleaned again'],
  [
    'an access elsewhere',
    { text: 'str x1, [x0]', esr: write, at: second, second: page(memory) },
    'cleaned again',
  ],
  [
    'an access beside the one that faulted',
    { text: 'str w1, [x0]', esr: write, at: second - 8n },
    'cleaned again',
  ],
  ['an instruction that accesses nothing', { text: 'nop', esr: read }, 'cleaned again'],
  ['maintenance', { text: 'dc civac, x0', esr: write }, 'cleaned again'],
  [
    'a load whose tables are right by now',
    { text: 'ldr w1, [x0]', esr: read | onWalk, at: second },
    'cleaned again',
  ],
  [
    'a load whose tables have nothing by now',
    { text: 'ldr w1, [x0]', esr: read | onWalk, at: second, second: 0n },
    'cleaned again',
  ],
  [
    'one that the guest makes go on for ever',
    { text: 'nop', esr: read, times: 17 },
    'esr=92000410 far=0 pstate=3c5',
  ],
  ['the sixteenth time', { text: 'nop', esr: read, times: 16 }, 'cleaned again'],
  [
    'code that is not mapped any more',
    { text: 'ldr w1, [x0]', esr: read, code: 0n },
    abort('82000007', '3000'),
  ],
  [
    'code that may not be executed any more',
    { text: 'ldr w1, [x0]', esr: read, code: page(code) | el0 | (1n << 54n) },
    abort('8200000f', '3000'),
  ],
  [
    'code where there is no memory',
    { text: 'ldr w1, [x0]', esr: read, code: page(0x0b00_0000n) | el0 },
    abort('82000010', '3000'),
  ],

  // Big-endian data is refused where it can be detected.
  [
    'EL0 with big-endian data',
    { text: 'ldp w1, w2, [x0]', esr: read, at: first + 0xf00n, ipa: device, sctlr: 1n | (1n << 24n) },
    abort('92000010', '1f00'),
  ],
  [
    'a single step over a pair',
    { text: 'stp w1, w2, [x0]', esr: write, pstate: singleStep },
    `wfc&ffffffff=1111 next pstate=3c0, memory 2222`,
  ],
];
for (const [name, trial, expected] of trials) {
  test(`${name}: ${trial.text}`, async () => assert.is(await outcome(trial), expected));
}

test('tables that are not in memory: loads, stores and maintenance raise an abort on the walk', async () => {
  const outside = 0x0b00_0000n | 3n;
  const texts: [string, bigint, string][] = [
    ['ldr w1, [x0]', read, '96000017'],
    ['str w1, [x0]', write, '96000057'],
    ['dc civac, x0', write | maintains, '96000157'],
    ['ic ivau, x0', write | maintains, '96000157'],
    ['at s1e1r, x0', write | maintains, '96000157'],
  ];
  for (const [text, esr, expected] of texts) {
    const [insn = 0] = await assemble([text]);
    const lines = [
      'start 1 0',
      'set 0 1',
      `set 2 ${hex(ram)}`,
      `set 4 ${hex(25n | (2n << 32n))}`,
      `poke ${hex(levels[0])} ${hex(levels[1] | 3n)}`,
      `poke ${hex(levels[1])} ${hex(outside)}`,
      `poke ${hex(levels[0] + 8n)} ${hex(ram | af | 1n)}`,
      'pstate 3c5',
      'gpr 0 1234',
      `fault ${hex(insn)} ${hex(0x0b00_0000n)} ${hex(esr | onWalk)} ${hex(code)} ${hex(code)}`,
    ];
    assert.is(ask(lines).at(-1), `resume esr=${expected} far=1234`, text);
  }
});

test('an instruction fetch through tables that are not in memory is an abort on the walk', () => {
  const at = (entry: bigint) =>
    ask([
      'start 1 0',
      'set 0 1',
      `set 2 ${hex(ram)}`,
      `set 4 ${hex(25n | (2n << 32n))}`,
      `poke ${hex(levels[0])} ${hex(entry)}`,
      'pstate 3c5',
      `fault 0 ${hex(0x0b00_0000n)} ${hex(fetch | onWalk)} 1234 ${hex(code)}`,
    ]).at(-1);
  assert.is(at(0x0b00_0000n | 3n), 'resume esr=86000016 far=1234');
  assert.is(at(ram | af | 1n), 'resume again', 'the tables are right by now');
  assert.is(at((1n << 44n) | 3n), 'resume esr=86000001 far=1234', 'no table any more');
});

run();
