// SPDX-License-Identifier: BSD-2-Clause
/** Accesses to the virtual GICv3, as lines for the subject, and the answers. */
import { ask, hex } from './subject.js';

export const distributor = 0x3880_0000;
export const redistributors = 0x3888_0000;
export const frameSize = 0x1_0000;

/** Guest physical address of a vCPU's RD_base or SGI_base. */
export const rdBase = (vcpu: number) => redistributors + 2 * frameSize * vcpu;
export const sgiBase = (vcpu: number) => rdBase(vcpu) + frameSize;

const word = 4;
type Value = number | bigint;

export const start = (vcpus: number) => `start3 ${vcpus} ${hex(distributor)} ${hex(redistributors)}`;
export const read = (ipa: number, cpu = 0, bytes = word) => `read3 ${cpu} ${hex(ipa)} ${bytes}`;
export const write = (ipa: number, value: Value, cpu = 0, bytes = word) =>
  `write3 ${cpu} ${hex(ipa)} ${bytes} ${hex(BigInt.asUintN(64, BigInt(value)))}`;
/** A write of ICC_SGI1R_EL1 (group 1) or ICC_SGI0R_EL1 (group 0). */
export const sgi = (cpu: number, value: bigint, group = 1) => `sgi3 ${cpu} ${group} ${hex(value)}`;
/** Wakes a vCPU's redistributor and enables its SGIs and PPIs in group 1. */
export const wake = (vcpu: number) => [
  write(rdBase(vcpu) + 0x14, 0, vcpu),
  write(sgiBase(vcpu) + 0x80, 0xffff_ffff, vcpu),
  write(sgiBase(vcpu) + 0x100, 0xffff_ffff, vcpu),
];
/** Enables both groups. */
export const on = write(distributor, 3);

/** Runs the lines. Returns the results of the reads. */
export const values = (...lines: string[]) => {
  const answers = ask(lines);
  return lines.flatMap((line, i) => (line.startsWith('read') ? [Number(`0x${answers[i]}`)] : []));
};
/** Runs the lines. Returns the list register loads of the last one: vCPU:index=INTID,priority,group. */
export const loads = (...lines: string[]) => ask(lines)[lines.length - 1] ?? '';
