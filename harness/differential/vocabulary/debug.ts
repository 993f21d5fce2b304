// SPDX-License-Identifier: BSD-2-Clause
/** Self-hosted debug: single step, breakpoints, watchpoints (Arm ARM DDI 0487, D2). */
import { forms } from '../forms.js';
import type { Act, Value } from '../program.js';
import { common } from './memory.js';
import { plainExec, type Scene } from './scene.js';

const small = (value: number): Value => ({ code: value < 256 ? 'u8' : 'u32', value: BigInt(value) });

const nop = 0xd503_201f;
const withoutWriteBack = forms.filter(({ writeBack }) => !writeBack);

/** MDSCR_EL1: KDE and SS. */
const kernelStep = 0x2001;
const pstateDebug = 1 << 9;
const pstateStep = 1 << 21;

/** A single step over one instruction, with two more behind it. */
export function steps(scene: Scene): Act[] {
  let act = common(scene, withoutWriteBack);
  // A step over an emulated access is a known difference.
  while (!scene.rare && act.access && scene.isEmulated(act.access, act.el))
    act = common(scene, withoutWriteBack);
  return [
    {
      ...act,
      pstate: ((act.pstate & ~0x3c0) ^ pstateDebug ^ pstateStep) >>> 0,
      words: [...act.words, nop, nop],
      text: [...act.text, 'nop', 'nop'],
      registers: [...act.registers, { id: 'mdscr', value: small(kernelStep) }],
    },
  ];
}

/**
 * QEMU takes unprivileged accesses for privileged ones when it compares them with a watchpoint under a hypervisor
 * (target/arm/ptw.c: the attributes of stage 2).
 */
const watched = withoutWriteBack.filter(({ text }) => !/^(ld|st)tr/.test(text));

/** MDSCR_EL1: KDE and MDE. */
const kernelBreakpoints = 0xa000;
const enabled = 1;

/** Breakpoints in the instructions of an act, for either exception level. */
function breakpoint(scene: Scene): Act {
  const el = scene.el();
  const levels = scene.pick([1, 2, 3]);
  const bytes = scene.pick([0xf, 0xf, 0xf, 0x3, 0xc]);
  return {
    ...plainExec,
    el,
    spX: el === 1,
    pstate: pstateDebug,
    words: [nop, nop, nop, nop],
    text: ['nop', 'nop', 'nop', 'nop'],
    registers: [
      { id: 'dbgbvr', value: { code: 'here', value: BigInt(4 * scene.int(0, 4)) } },
      { id: 'dbgbcr', value: small(enabled | (levels << 1) | (bytes << 5)) },
      { id: 'mdscr', value: small(kernelBreakpoints) },
    ],
  };
}

/** DBGWCR_EL1.BAS: other bytes of a word may not be watched together. */
const contiguous = [0xff, 0xff, 0x0f, 0xf0, 0x01, 0x80, 0x3c] as const;

/**
 * A watchpoint on memory that a load or store may touch. The access is aligned: of others QEMU 7.2 compares more
 * bytes than they have (accel/tcg/cputlb.c).
 */
function watchpoint(scene: Scene): Act {
  let act = common(scene, watched);
  while (
    act.access === undefined ||
    !scene.isRam(act.access) ||
    act.access.address % act.access.element !== 0
  )
    act = common(scene, watched);
  const at = Math.floor(act.access.address / 8) * 8 + 8 * scene.pick([0, 0, 0, 1, -1]);
  const control =
    enabled | (scene.pick([1, 2, 3]) << 1) | (scene.pick([1, 2, 3]) << 3) | (scene.pick(contiguous) << 5);
  return {
    ...act,
    pstate: (act.pstate ^ pstateDebug) >>> 0,
    registers: [
      ...act.registers,
      { id: 'dbgwvr', value: { code: 'window', value: BigInt(at) } },
      { id: 'dbgwcr', value: small(control) },
      { id: 'mdscr', value: small(kernelBreakpoints) },
    ],
  };
}

export function breakpoints(scene: Scene): Act[] {
  // The i.MX machine needs a later QEMU than the bare one, and the two compare watchpoints differently.
  return [scene.chance(50) || scene.gic === 3 ? breakpoint(scene) : watchpoint(scene)];
}
