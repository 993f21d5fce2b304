// SPDX-License-Identifier: BSD-2-Clause
/** The bare machines, and how each is started. */
import { type Board, redistributorStride } from '../../boards/board.js';
import type { Deviation } from '../subject/deviations/deviation.js';
import { qemuSeat, type Seat } from './seat.js';

/** Redistributors that fit at the default address in QEMU's virt machine (hw/arm/virt.c, base_memmap). */
const mostRedistributors = 123;

/**
 * QEMU's virt machine, whose GICv3 has one Security state, like libvmm's. That of the i.MX machine has two, and shows a
 * guest the Non-secure view: priorities are shifted and group 0 is hidden.
 */
export function virtWithGicV3(virt: Board): Board {
  const { intids, maintenance } = virt.gic;
  return {
    ...virt,
    gic: {
      version: 3,
      intids,
      maintenance,
      distributor: 0x0800_0000,
      frameSize: 0x1_0000,
      redistributor: 0x080a_0000,
      redistributorSize: mostRedistributors * redistributorStride,
    },
    ...(virt.qemu && { qemu: { ...virt.qemu, machine: 'virt,virtualization=on,gic-version=3' } }),
  };
}

const of = (reason: string, rules: readonly string[]): Deviation[] =>
  rules.map((rule) => ({ rule, reason, since: 'QEMU 7.2' }));

/** Known differences between QEMU's GICv3 and the model. They are not questions on the model. */
const deviationsOfVirtGicV3: readonly Deviation[] = [
  ...of('QEMU has LPIs, which a VMM need not have', ['gicd3.typer', 'gicr.typer', 'gicr.ctlr', 'gicr.lpis']),
  ...of('GICD_TYPER.ITLinesNumber of QEMU 7.2 leaves out the last 32 of its INTIDs', [
    'gicd3.absent',
    'gicd3.irouter',
    'gicd3.anyVcpu',
  ]),
];

/**
 * CPUs of the machines: with one, GICD_ITARGETSR is reserved; with four it holds targets. Where QEMU's machine always has
 * several, the others are parked.
 */
export const bareSizes = ({ qemu }: Board): readonly number[] =>
  qemu?.fixedCpus === undefined ? [1, 4] : [1];

export interface BareSeat extends Seat {
  /** Name of the machine in reports. */
  on: string;
  deviations: readonly Deviation[];
}

/** One thread for all CPUs: a CPU that waits for its turn yields at once. */
export function bareSeat(
  name: string,
  board: Board,
  cpus: number,
  options: Parameters<typeof qemuSeat>[2],
): BareSeat {
  const smp = board.qemu?.fixedCpus ?? cpus;
  const more = ['-smp', String(smp), '-accel', 'tcg,thread=single'];
  const { qemu } = board;
  const alone = qemu?.bare === undefined ? board : { ...board, qemu: { ...qemu, ...qemu.bare } };
  const on = `${board.name}${name === 'bare' ? '' : ' with a GICv3'}, no VMM`;
  const deviations = board.gic.version === 3 ? deviationsOfVirtGicV3 : [];
  return { ...qemuSeat(name, alone, options, more), on, deviations };
}
