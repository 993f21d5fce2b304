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

test('every register is stored and loaded, alone and in a pair', async () => {
  for (let n = 0; n < 31; n += 1) {
    if (n === 1) continue;
    const other = (n + 5) % 31 === 1 ? 7 : (n + 5) % 31;
    const value = 0x1_0000n + BigInt(n);
    const registers = { [n]: value, [other]: 0xbeefn };
    const at = { esr: syndrome(2n, BigInt(n), write), registers };
    assert.is(await execute(`str w${n}, [x1]`, at), `resume w0&ffffffff=${hex(value)} next`);
    const pair = await execute(`stp w${n}, w${other}, [x1]`, { esr: noSyndrome.write, registers });
    assert.is(pair, `resume w0&ffffffff=${hex(value)} w4&ffffffff=beef next`);
    const loaded = await execute(`ldr w${n}, [x1]`, { esr: syndrome(2n, BigInt(n)), registers });
    assert.is(loaded, `resume r0&ffffffff next x${n}=83828180`);
    const [low, high] = [`x${n}=83828180`, `x${other}=87868584`];
    const both = n < other ? `${low} ${high}` : `${high} ${low}`;
    assert.is(
      await execute(`ldp w${n}, w${other}, [x1]`, { esr: noSyndrome.read, registers }),
      `resume r0&ffffffff r4&ffffffff next ${both}`,
    );
  }
});

test('every register of the distributor access is stored and loaded', async () => {
  const ctlr = 0x0800_0000n;
  for (let n = 0; n < 31; n += 1) {
    if (n === 1) continue;
    const [store = 0, load = 0] = await assemble([`str w${n}, [x1]`, `ldr w${n}, [x1]`]);
    const [esrStore, esrLoad] = [syndrome(2n, BigInt(n), write), syndrome(2n, BigInt(n))];
    const lines = ['start 1 0', `gpr 1 ${hex(ctlr)}`, `gpr ${hex(n)} 3`];
    const stored = [...lines, `fault ${hex(store)} ${hex(ctlr)} ${hex(esrStore)}`, `gpr ${hex(n)} 7777`];
    const answers = ask([...stored, `fault ${hex(load)} ${hex(ctlr)} ${hex(esrLoad)}`]);
    assert.is(answers.at(-3), 'resume next', `${n}`);
    assert.is(answers.at(-1), `resume next x${n}=3`, `${n}`);
  }
});

test('register offsets are extended and shifted', async () => {
  const minus16 = 0xffff_fff0n;
  const trials: [string, bigint, bigint][] = [
    ['ldr w2, [x1, x3, lsl #2]', device - 16n, 4n],
    ['ldr w2, [x1, w3, uxtw]', device - 4n, 0x1_0000_0004n],
    ['ldr w2, [x1, w3, sxtw]', device + 16n, minus16],
    ['ldr w2, [x1, w3, sxtw #2]', device + 64n, minus16],
    ['ldr w2, [x1, x3, sxtx]', device + 16n, (1n << 64n) - 16n],
    ['ldr w2, [x1, w3, uxtw #2]', device - 8n, 0x5_0000_0002n],
  ];
  for (const [text, base, offset] of trials) {
    const access = { esr: noSyndrome.read, at: base, ipa: device, registers: { 3: offset } };
    assert.is(await execute(text, access), 'resume r0&ffffffff next x2=83828180', text);
  }
});

test("SP as a base is that of the vCPU's mode, also for write-back", async () => {
  const [store = 0] = await assemble(['str w2, [sp], #-16']);
  const spEl1 = 17;
  const result = (pstate: number, own: bigint, el1: bigint) => {
    const lines = ['start 1 0', `device ${hex(device)} 0`, `pstate ${hex(pstate)}`, `gpr 1f ${hex(own)}`];
    const set = [`vset 0 ${hex(spEl1)} ${hex(el1)}`, 'gpr 2 55'];
    const fault = `fault ${hex(store)} ${hex(device)} ${hex(noSyndrome.write)}`;
    return ask([...lines, ...set, fault, `vreg 0 ${hex(spEl1)}`]).slice(-2);
  };
  const [stored, moved] = ['resume w0&ffffffff=55 next', hex(device - 16n)];
  assert.equal(result(0x3c5, 0x99n, device), [stored, moved]);
  for (const pstate of [0x3c4, 0x3c0])
    assert.equal(result(pstate, device, 0x99n), [`${stored} sp=${moved}`, '99']);
});

test('a handler is given the syndrome that a plain access would have', async () => {
  const tell = 5;
  const fsr = async (text: string, esr: bigint) => {
    const [insn = 0] = await assemble([text]);
    const lines = ['start 1 0', `device ${hex(device)} ${tell}`, `gpr 1 ${hex(device)}`];
    const answer = ask([...lines, `fault ${hex(insn)} ${hex(device)} ${hex(esr)}`]).at(-1) ?? '';
    return [...answer.matchAll(/fsr=([0-9a-f]+)/g)].map(([, value]) => value);
  };
  const isv = 1n << 24n;
  const plain = (sas: bigint, srt: bigint, more: bigint, level = 0x9200_0007n) =>
    hex(level | isv | (sas << 22n) | (srt << 16n) | more);
  assert.equal(await fsr('stp w2, w9, [x1]', noSyndrome.write), [plain(2n, 2n, write), plain(2n, 9n, write)]);
  assert.equal(await fsr('ldp x2, x9, [x1]', noSyndrome.read), [
    plain(3n, 2n, sixtyFour),
    plain(3n, 9n, sixtyFour),
  ]);
  assert.equal(await fsr('ldpsw x2, x9, [x1]', noSyndrome.read), [
    plain(2n, 2n, sixtyFour | signed),
    plain(2n, 9n, sixtyFour | signed),
  ]);
  assert.equal(await fsr('strb w9, [x1], #1', 0x9600_004en), [plain(0n, 9n, write, 0x9600_0007n)]);
  assert.equal(await fsr('ldxr w9, [x1]', 0x9200_0227n), [plain(2n, 9n, 0n)]);
});

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
  const begun = 'hold r0&ffffffff cleaned again x0=8010000 x1=0';
  const word = await twice('ldr w2, [x1]', syndrome(2n, 2n), 'startsOver');
  assert.is(word[0], begun);
  const pair = await twice('ldp w2, w3, [x1]', noSyndrome.read, 'startsOver');
  assert.is(pair[0], begun);
});

test('a device must not overlap the frames of a GICv3, to their last byte', () => {
  const [gicd, gicr] = [0x0800_0000, 0x080a_0000];
  const line = `start3 2 ${hex(gicd)} ${hex(gicr)}`;
  const free = [gicd - 0x100, gicd + 0x1_0000, gicr - 0x100, gicr + 0x4_0000];
  const taken = [gicd - 0xff, gicd, gicd + 0xffff, gicr - 0xff, gicr, gicr + 0x2_0000, gicr + 0x3_ffff];
  for (const base of free) assert.is(ask([line, `device ${hex(base)}`]).at(-1), 'true', hex(base));
  for (const base of taken) assert.is(ask([line, `device ${hex(base)}`]).at(-1), 'false', hex(base));
  assert.is(ask([line, 'device ffffffffffffff00']).at(-1), 'true', 'the end of the address space');
});

test('there is room for a limited number of devices', () => {
  const lines = Array.from({ length: 40 }, (_, n) => `device ${hex(device + BigInt(n) * 0x1000n)}`);
  const answers = ask(['start 1 0', ...lines]).slice(1);
  const room = answers.indexOf('false');
  assert.is(room, 32);
  assert.equal(
    answers.slice(room),
    answers.slice(room).map(() => 'false'),
  );
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
