// SPDX-License-Identifier: BSD-2-Clause
/** Acts that change the flow of control: exception-generating instructions, illegal returns, branches. */
import type { Access, Act, Exec, Value } from '../program.js';
import { plainExec, type Scene } from './scene.js';

const immediate = (base: number, value: number) => (base | (value << 5)) >>> 0;

interface Single {
  text: (value: number) => string;
  word: number;
}

const asked: readonly Single[] = [
  { text: (value) => `svc #${value}`, word: 0xd400_0001 },
  { text: (value) => `hvc #${value}`, word: 0xd400_0002 },
  { text: (value) => `brk #${value}`, word: 0xd420_0000 },
  { text: (value) => `hlt #${value}`, word: 0xd440_0000 },
  { text: (value) => `dcps1 #${value}`, word: 0xd4a0_0001 },
];

const plain: readonly (readonly [text: string, word: number])[] = [
  ['udf #0', 0x0000_0000],
  ['sevl', 0xd503_20bf],
  ['yield', 0xd503_203f],
  ['clrex', 0xd503_3f5f],
  ['dsb sy', 0xd503_3f9f],
  ['isb', 0xd503_3fdf],
  ['msr daifset, #15', 0xd503_4fdf],
  ['msr daifclr, #15', 0xd503_4fff],
  ['msr spsel, #0', 0xd500_40bf],
  ['msr spsel, #1', 0xd500_41bf],
  ['msr pan, #1', 0xd500_419f],
  ['msr uao, #1', 0xd500_417f],
  ['drps', 0xd6bf_03e0],
  ['retaa', 0xd65f_0bff],
  ['bti c', 0xd503_245f],
];

export function exceptions(scene: Scene): Act[] {
  const drawn = scene.int(0, 99);
  if (drawn < 20) return [illegalReturn(scene)];
  if (drawn < 50) {
    const [text, word] = scene.pick(plain);
    return [single(scene, word, text)];
  }
  if (drawn < 55) return [illegalState(scene)];
  if (drawn < 65) return [firmwareCall(scene)];
  const { text, word } = scene.pick(asked);
  const value = scene.chance(50) ? 0 : scene.int(0, 0xffff);
  return [single(scene, immediate(word, value), text(value))];
}

function single(scene: Scene, word: number, text: string): Exec {
  const el = scene.el();
  return {
    ...plainExec,
    el,
    spX: el === 1 && scene.chance(80),
    pstate: scene.pstate(),
    sysregs: true,
    words: [word],
    text: [text],
    registers: [],
  };
}

const u32 = (value: number): Value => ({ code: 'u32', value: BigInt(value >>> 0) });

/** SMCCC calls: PSCI_VERSION, and functions that nobody implements. Other calls are kinds of their own. */
function firmwareCall(scene: Scene): Exec {
  const alike = [0x8400_0000, 0x8400_0006, 0x8400_00ff, 0xc400_00ff];
  const others = [0x0000_0000, 0x8000_0001, 0xbf00_ff01, 0xffff_ffff];
  const function_ = scene.pick(scene.rare ? [...alike, ...others] : alike);
  return {
    ...single(scene, 0xd400_0003, 'smc #0'),
    sysregs: false,
    registers: [{ id: 0, value: u32(function_) }],
  };
}

/** PSTATE.IL: any instruction raises an Illegal Execution state exception. */
function illegalState(scene: Scene): Exec {
  return { ...single(scene, 0xd503_201f, 'nop'), pstate: 1 << 20 };
}

/** An ERET with an illegal mode in SPSR_EL1, or a legal one with other flags. */
function illegalReturn(scene: Scene): Exec {
  const mode = scene.pick([0, 4, 5, 1, 2, 3, 6, 7, 8, 9, 12, 13, 0x11, 0x1d]);
  const flags = ((scene.int(0, 15) << 28) | 0x3c0 | (scene.chance(20) ? 1 << 20 : 0)) >>> 0;
  const to = scene.chance(70) ? 12 : scene.pick([13, 14, 15]);
  return {
    ...plainExec,
    words: [0xd518_4021, 0xd518_4002, 0xd69f_03e0],
    text: ['msr elr_el1, x1', 'msr spsr_el1, x2', 'eret'],
    registers: [
      { id: 1, value: { code: 'code', value: BigInt(codeOf('return') + to) } },
      { id: 2, value: u32(flags | mode) },
    ],
  };
}

/** Offset of code that every program has: the end of the first act. */
const codeOf = (_: 'return') => 0;

const branches: readonly (readonly [text: string, word: number])[] = [
  ['br x1', 0xd61f_0020],
  ['blr x1', 0xd63f_0020],
  ['ret x1', 0xd65f_0020],
];

export function jumps(scene: Scene): Act[] {
  const [text, word] = scene.pick(branches);
  const el = scene.el();
  let access = jumpTo(scene);
  while (!scene.rare && !scene.isRam(access)) access = jumpTo(scene);
  return [
    {
      ...plainExec,
      el,
      spX: el === 1,
      words: [word],
      text: [text],
      access,
      registers: [{ id: 1, value: { code: 'window', value: BigInt(access.address) } }],
    },
  ];
}

/** The instruction fetch of a branch. */
function jumpTo(scene: Scene): Access {
  const aligned = scene.address(4) & ~3;
  const address = scene.chance(20) ? aligned + scene.int(1, 3) : aligned;
  return { address, bytes: 4, element: 4, store: false };
}
