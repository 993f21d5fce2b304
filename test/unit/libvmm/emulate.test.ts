// SPDX-License-Identifier: BSD-2-Clause
/** Accesses to an emulated device: with a syndrome, and without one, by decoding the instruction. */
import * as assert from 'uvu/assert';
import { run, test } from '../../support/test.js';
import { assemble } from './assemble.js';
import { ask, hex } from './subject.js';

const device = 0x0a00_0000n;
const nobody = 0x0b00_0000n;

/** ESR_EL2 of a stage 2 translation fault of a data access; with `syndrome` its bits from SAS to SF. */
const noSyndrome = { read: 0x9200_0007n, write: 0x9200_0047n };
const syndrome = (sas: bigint, srt: bigint, more = 0n) => 0x9300_0007n | (sas << 22n) | (srt << 16n) | more;
const write = 1n << 6n;
const sixtyFour = 1n << 15n;
const signed = 1n << 21n;
/** PSTATE of EL1h, everything masked, with SS. */
const singleStep = 0x20_03c5n;

interface Access {
  esr: bigint;
  registers?: Record<number, bigint>;
  /** Value of x1, and the address of the fault if that differs. */
  at?: bigint;
  ipa?: bigint;
  pstate?: bigint;
  refuses?: boolean;
}

/** The result of this instruction in a guest whose x1 points to the device, or to `at`. */
async function execute(
  text: string,
  { esr, registers = {}, at = device, ipa = at, pstate = 0x3c5n, refuses = false }: Access,
): Promise<string> {
  const [insn = 0] = await assemble([text]);
  const gprs = Object.entries({ 1: at, ...registers }).map(
    ([n, value]) => `gpr ${hex(Number(n))} ${hex(value)}`,
  );
  const lines = ['start 1 0', `device ${hex(device)} ${refuses ? 1 : 0}`, `pstate ${hex(pstate)}`, ...gprs];
  const answers = ask([...lines, `fault ${hex(insn)} ${hex(ipa)} ${hex(esr)}`]);
  assert.is(answers[1], 'true');
  return answers.at(-1) ?? '';
}

const cases: [string, string, Access, string][] = [
  ['a word', 'ldr w2, [x1]', { esr: syndrome(2n, 2n) }, 'resume r0&ffffffff next x2=83828180'],
  [
    'a doubleword',
    'ldr x2, [x1]',
    { esr: syndrome(3n, 2n, sixtyFour) },
    'resume r0&ffffffffffffffff next x2=8786858483828180',
  ],
  [
    'a byte of a word',
    'ldrb w2, [x1]',
    { esr: syndrome(0n, 2n), at: device + 5n },
    'resume r5&ff00 next x2=85',
  ],
  ['a signed byte', 'ldrsb w2, [x1]', { esr: syndrome(0n, 2n, signed) }, 'resume r0&ff next x2=ffffff80'],
  [
    'a signed halfword to 64 bits',
    'ldrsh x2, [x1]',
    { esr: syndrome(1n, 2n, signed | sixtyFour), at: device + 2n },
    'resume r2&ffff0000 next x2=ffffffffffff8382',
  ],
  ['into the zero register', 'ldr wzr, [x1]', { esr: syndrome(2n, 31n) }, 'resume r0&ffffffff next'],
  [
    'a store',
    'str w2, [x1]',
    { esr: syndrome(2n, 2n, write), registers: { 2: 0x1234n } },
    'resume w0&ffffffff=1234 next',
  ],
  [
    'a store of the zero register',
    'str wzr, [x1]',
    { esr: syndrome(2n, 31n, write) },
    'resume w0&ffffffff=0 next',
  ],
  [
    'a pair',
    'ldp w2, w3, [x1]',
    { esr: noSyndrome.read },
    'resume r0&ffffffff r4&ffffffff next x2=83828180 x3=87868584',
  ],
  [
    'a pair of doublewords',
    'stp x2, x30, [x1]',
    { esr: noSyndrome.write, registers: { 2: 7n, 30: 8n } },
    'resume w0&ffffffffffffffff=7 w8&ffffffffffffffff=8 next',
  ],
  [
    'post-index',
    'ldr w2, [x1], #-4',
    { esr: noSyndrome.read },
    'resume r0&ffffffff next x1=9fffffc x2=83828180',
  ],
  [
    'pre-index',
    'strb w2, [x1, #3]!',
    { esr: noSyndrome.write, at: device - 3n, ipa: device, registers: { 2: 9n } },
    'resume w0&ff=9 next x1=a000000',
  ],
  [
    'a load that exclusively marks',
    'ldxr w2, [x1]',
    { esr: noSyndrome.read },
    'resume r0&ffffffff next x2=83828180',
  ],
  ['a store-exclusive without a mark', 'stxr w3, w2, [x1]', { esr: noSyndrome.write }, 'resume next x3=1'],
  [
    'DC ZVA',
    'dc zva, x1',
    { esr: noSyndrome.write, at: device + 0x40n },
    `resume${Array.from({ length: 16 }, (_, i) => ` w${hex(0x40 + 4 * i)}&ffffffff=0`).join('')} next`,
  ],
  [
    'a load that was a single step',
    'ldr w2, [x1]',
    { esr: syndrome(2n, 2n), pstate: singleStep },
    'resume r0&ffffffff next x2=83828180 pstate=3c5',
  ],
  [
    'a pair that was a single step',
    'ldp w2, w3, [x1]',
    { esr: noSyndrome.read, pstate: singleStep },
    'resume r0&ffffffff r4&ffffffff next x2=83828180 x3=87868584 pstate=3c5',
  ],
  [
    'cache maintenance that was a single step',
    'dc civac, x1',
    { esr: noSyndrome.write | 0x100n, pstate: singleStep },
    'resume next pstate=3c5',
  ],
  ['cache maintenance', 'dc civac, x1', { esr: noSyndrome.write | 0x100n }, 'resume next'],
  ['an atomic', 'swp w3, w2, [x1]', { esr: noSyndrome.write }, 'resume esr=96000075 far=a000000'],
  ['a SIMD register', 'str q2, [x1]', { esr: noSyndrome.write }, 'resume esr=96000050 far=a000000'],
  [
    'where nobody answers',
    'ldr w2, [x1]',
    { esr: syndrome(2n, 2n), at: nobody },
    'resume esr=96000010 far=b000000',
  ],
  [
    'beyond the device',
    'ldr x2, [x1]',
    { esr: syndrome(3n, 2n, sixtyFour), at: device + 0xfcn },
    'resume esr=96000010 far=a0000fc',
  ],
  [
    'a pair that leaves the device',
    'ldp x2, x3, [x1]',
    { esr: noSyndrome.read, at: device + 0xf8n },
    'resume esr=96000010 far=a000100',
  ],
  [
    'a device that refuses',
    'str w2, [x1]',
    { esr: syndrome(2n, 2n, write), refuses: true },
    'resume w0&ffffffff=0 esr=96000050 far=a000000',
  ],
  [
    'a device that refuses a pair',
    'stp w2, w3, [x1], #8',
    { esr: noSyndrome.write, refuses: true },
    'resume w0&ffffffff=0 esr=96000050 far=a000000',
  ],
];
for (const [name, text, access, outcome] of cases) {
  test(`${name}: ${text}`, async () => {
    assert.is(await execute(text, access), outcome);
  });
}

/** Moods of a device (subject/emulation.c). */
const moods = { stops: 2, stopsBriefly: 3, startsOver: 4 };

/** Two faults of a running guest at the device, with what ends a pause after each. */
async function twice(text: string, esr: bigint, mood: keyof typeof moods): Promise<string[]> {
  const [insn = 0] = await assemble([text]);
  const lines = ['start 1 0', `device ${hex(device)} ${moods[mood]}`, 'boot'];
  const once = [`gpr 1 ${hex(device)}`, `fault ${hex(insn)} ${hex(device)} ${hex(esr)}`, 'resume'];
  return ask([...lines, ...once, ...once]).filter((_, index) => index > 2 && index % 3 !== 0);
}

test('an access whose handler pauses the guest is complete and does not happen again', async () => {
  const word = await twice('str w1, [x1]', syndrome(2n, 1n, write), 'stops');
  assert.equal(word, ['hold w0&ffffffff=a000000 next', 'true', 'hold w0&ffffffff=a000000 next', 'true']);
  const pair = await twice('ldp w2, w3, [x1]', noSyndrome.read, 'stops');
  assert.equal(pair.slice(0, 2), ['hold r0&ffffffff r4&ffffffff next x2=83828180 x3=87868584', 'true']);
});

test('a guest that a handler pauses and resumes gets no reply, because no fault waits', async () => {
  const word = await twice('str w1, [x1]', syndrome(2n, 1n, write), 'stopsBriefly');
  assert.equal(word.slice(0, 2), ['hold w0&ffffffff=a000000 next', 'false']);
});

test('a guest that a handler restarts is at its entry point, without registers of the access', async () => {
  // It begins with the program that cleans the CPU interface: at the start of RAM, with GICC in x0.
  const begun = 'hold r0&ffffffff again x0=8010000 x1=0';
  const word = await twice('ldr w2, [x1]', syndrome(2n, 2n), 'startsOver');
  assert.is(word[0], begun);
  const pair = await twice('ldp w2, w3, [x1]', noSyndrome.read, 'startsOver');
  assert.is(pair[0], begun);
});

test('a device must not wrap, overlap another one or the distributor, or be empty', () => {
  const lines = [
    'start 1 0',
    `device ${hex(device)}`,
    `device ${hex(device + 0xffn)}`,
    `device ${hex(device - 0xffn)}`,
  ];
  const more = [
    `device ${hex(device + 0x100n)}`,
    'device 8000f80',
    'device 7ffff01',
    'device ffffffffffffff01',
  ];
  assert.equal(ask([...lines, ...more]).slice(1), [
    'true',
    'false',
    'false',
    'true',
    'false',
    'false',
    'false',
  ]);
});

run();
