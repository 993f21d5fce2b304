// SPDX-License-Identifier: BSD-2-Clause
/** Waiting: WFI, WFE and CPU_SUSPEND, with the virtual timer armed, and the traps of EL0. */

import { gicBit, virtualTimer } from '../gic.js';
import type { Act, Exec, Value } from '../program.js';
import { onIntid, onOf } from './interrupts.js';
import { plainExec, type Scene } from './scene.js';

const wfi = 0xd503_207f;
const wfe = 0xd503_205f;
const sevl = 0xd503_20bf;
const smc = 0xd400_0003;

/** SCTLR_EL1.nTWI and nTWE, which are set between acts. */
const [noTrapOfWfi, noTrapOfWfe] = [1 << 16, 1 << 18];
const cpuSuspend = [0x8400_0001, 0xc400_0001] as const;

const number = (value: number): Value => ({ code: value < 256 ? 'u8' : 'u32', value: BigInt(value >>> 0) });

/**
 * Enables the distributor and the timer's interrupt, without which the wait would never end. CPU_SUSPEND needs x0 and x1,
 * so addresses and values of the registers are in x5 to x8.
 */
const arm = [0xb900_0107, 0xb900_00a6, 0xd51b_e302, 0xd51b_e323, 0xd503_3fdf] as const;
const armText = [
  'str w7, [x8]',
  'str w6, [x5]',
  'msr cntv_tval_el0, x2',
  'msr cntv_ctl_el0, x3',
  'isb',
] as const;
const status = 0xd53b_e324;

/** Waits for the virtual timer with interrupts masked. Afterwards its condition holds. */
function forTimer(scene: Scene): Exec {
  const suspends = scene.chance(25);
  const place = onIntid(scene, gicBit.enable, virtualTimer);
  scene.usesInterrupts();
  scene.startsTimer();
  return {
    ...plainExec,
    words: [...arm, suspends ? smc : wfi, status],
    text: [...armText, suspends ? 'smc #0' : 'wfi', 'mrs x4, cntv_ctl_el0'],
    registers: [
      { id: 2, value: number(scene.int(100, 30_000)) },
      { id: 3, value: number(1) },
      { id: 5, value: place },
      { id: 6, value: number((1 << virtualTimer) >>> 0) },
      { id: 7, value: number(onOf(scene)) },
      { id: 8, value: { code: 'gicd', value: 0n } },
      ...(suspends
        ? [
            { id: 0, value: number(scene.pick(cpuSuspend)) },
            { id: 1, value: number(0) },
          ]
        : []),
    ],
  };
}

/** WFE after an event, or WFI and WFE that EL1 traps from EL0. */
function atOnce(scene: Scene): Exec {
  if (scene.chance(50))
    return { ...plainExec, el: scene.el(), words: [sevl, wfe], text: ['sevl', 'wfe'], registers: [] };
  return {
    ...plainExec,
    el: 0,
    spX: false,
    words: [wfi],
    text: ['wfi'],
    registers: [{ id: 'sctlr', value: number(noTrapOfWfi | (scene.chance(50) ? noTrapOfWfe : 0)) }],
  };
}

/** A wait with another interrupt pending ends at once, whatever the timer does, so only the first one is drawn. */
export function waits(scene: Scene): Act[] {
  return [scene.hasPending ? atOnce(scene) : forTimer(scene)];
}
