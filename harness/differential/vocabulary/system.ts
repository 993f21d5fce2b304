// SPDX-License-Identifier: BSD-2-Clause
/** System registers: reads of every encoding, and writes of those that an operating system can write freely. */
import type { Act, Exec, Value } from '../program.js';
import { plainExec, type Scene } from './scene.js';

const mrs = 0xd530_0000;
const msr = 0xd510_0000;

interface Encoding {
  op0: number;
  op1: number;
  crn: number;
  crm: number;
  op2: number;
}

/** Name of an encoding in assembler syntax. */
const registerName = ({ op0, op1, crn, crm, op2 }: Encoding) => `s${op0}_${op1}_c${crn}_c${crm}_${op2}`;

const registerWord = (base: number, { op0, op1, crn, crm, op2 }: Encoding, rt: number): number =>
  (base | ((op0 & 1) << 19) | (op1 << 16) | (crn << 12) | (crm << 8) | (op2 << 5) | rt) >>> 0;

function system(scene: Scene, word: number, text: string, registers: Exec['registers']): Exec {
  const el = scene.el();
  return {
    ...plainExec,
    el,
    spX: el === 1,
    pstate: 0,
    sysregs: true,
    words: [word],
    text: [text],
    registers,
  };
}

/** Registers whose reads have side effects or give the time. */
const notRead = (e: Encoding): boolean =>
  // The counters, and the timers' views of them.
  (e.op0 === 3 && e.op1 === 3 && e.crn === 14 && e.crm <= 3) ||
  // ICC_IARx_EL1 takes an interrupt.
  (e.op0 === 3 && e.crn === 12 && e.op1 === 0 && e.crm >= 8);

export function systemReads(scene: Scene): Act[] {
  const e: Encoding = scene.chance(60)
    ? {
        op0: 3,
        op1: scene.pick([0, 0, 3]),
        crn: scene.pick([0, 0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15]),
        crm: scene.int(0, 15),
        op2: scene.int(0, 7),
      }
    : {
        op0: scene.int(2, 3),
        op1: scene.int(0, 7),
        crn: scene.int(0, 15),
        crm: scene.int(0, 15),
        op2: scene.int(0, 7),
      };
  if (notRead(e)) return [];
  const rt = scene.int(1, 28);
  return [system(scene, registerWord(mrs, e, rt), `mrs x${rt}, ${registerName(e)}`, [])];
}

const writable: readonly (readonly [name: string, encoding: Encoding])[] = [
  ['tpidr_el0', { op0: 3, op1: 3, crn: 13, crm: 0, op2: 2 }],
  ['contextidr_el1', { op0: 3, op1: 0, crn: 13, crm: 0, op2: 1 }],
  ['afsr0_el1', { op0: 3, op1: 0, crn: 5, crm: 1, op2: 0 }],
  ['afsr1_el1', { op0: 3, op1: 0, crn: 5, crm: 1, op2: 1 }],
  ['amair_el1', { op0: 3, op1: 0, crn: 10, crm: 3, op2: 0 }],
  ['csselr_el1', { op0: 3, op1: 2, crn: 0, crm: 0, op2: 0 }],
  ['cpacr_el1', { op0: 3, op1: 0, crn: 1, crm: 0, op2: 2 }],
  ['cntkctl_el1', { op0: 3, op1: 0, crn: 14, crm: 1, op2: 0 }],
  ['far_el1', { op0: 3, op1: 0, crn: 6, crm: 0, op2: 0 }],
  ['esr_el1', { op0: 3, op1: 0, crn: 5, crm: 2, op2: 0 }],
  ['par_el1', { op0: 3, op1: 0, crn: 7, crm: 4, op2: 0 }],
  ['nzcv', { op0: 3, op1: 3, crn: 4, crm: 2, op2: 0 }],
  ['daif', { op0: 3, op1: 3, crn: 4, crm: 2, op2: 1 }],
  ['fpcr', { op0: 3, op1: 3, crn: 4, crm: 4, op2: 0 }],
  ['sp_el0', { op0: 3, op1: 0, crn: 4, crm: 1, op2: 0 }],
  ['oslar_el1', { op0: 2, op1: 0, crn: 1, crm: 0, op2: 4 }],
];

function wide(scene: Scene): Value {
  if (scene.chance(30)) return { code: 'u8', value: BigInt(scene.int(0, 255)) };
  if (scene.chance(20)) return { code: 'u64', value: 0xffff_ffff_ffff_ffffn };
  const word = () => BigInt(scene.int(0, 0x7fff_ffff)) * 2n + BigInt(scene.int(0, 1));
  return { code: 'u64', value: (word() << 32n) | word() };
}

/** Writes a register and reads it back. */
export function systemWrites(scene: Scene): Act[] {
  const [name, e] = scene.pick(writable);
  const word = registerWord(msr, e, 1);
  const back = registerWord(mrs, e, 2);
  const act = system(scene, word, `msr ${name}, x1`, [{ id: 1, value: wide(scene) }]);
  const reads = name !== 'oslar_el1';
  return [
    reads
      ? { ...act, words: [word, 0xd503_3fdf, back], text: [`msr ${name}, x1`, 'isb', `mrs x2, ${name}`] }
      : act,
  ];
}
