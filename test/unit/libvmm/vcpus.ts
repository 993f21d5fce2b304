// SPDX-License-Identifier: BSD-2-Clause
/** A guest with several vCPUs, as lines for the subject (subject/vcpus.c), and the results of its exits. */
import { ask, hex } from './subject.js';

const spsrIl = 1 << 25;
const wfx = (0x01 << 26) | spsrIl;
const off = { ctl: 0, cval: 0 };

/** A guest on vCPU 0, and the others started by CPU_ON. */
export const guest = (vcpus: number) => [
  `guest ${vcpus}`,
  ...Array.from({ length: vcpus - 1 }, (_, i) => smc(0, cpuOn, i + 1, entry)),
];
export const now = (count: number) => `now ${hex(count)}`;
/** CNTV_CTL and CNTV_CVAL: the timer of a vCPU, on and not masked unless said otherwise. */
export const timer = (vcpu: number, cval: number, ctl = 1) => `vtimer ${vcpu} ${hex(ctl)} ${hex(cval)}`;
export const timerOff = (vcpu: number) => timer(vcpu, off.cval, off.ctl);
/** The timer's event. */
export const fires = (vcpu: number) => `vppi ${vcpu}`;
/** WFI, or by its TI field 1: WFE, 2: WFIT, 3: WFET. */
export const wait = (vcpu: number, ti = 0) => `vtrap ${vcpu} ${hex(wfx | ti)}`;
export const running = 'running';
export const smc = (vcpu: number, ...x: (number | bigint)[]) => `smc ${vcpu} ${x.map(hex).join(' ')}`;

export const cpuOn = 0xc400_0003;
export const cpuOff = 0x8400_0002;
export const entry = 0x4000_0000;

/** Runs the lines. Returns the last `count` answers. */
export const last = (count: number, ...lines: string[]) =>
  ask(lines)
    .slice(-count)
    .map((line) => line.trim());
