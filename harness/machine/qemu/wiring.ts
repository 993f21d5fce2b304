// SPDX-License-Identifier: BSD-2-Clause
/**
 * QEMU 10.0.0 to 10.0.2 leave the virtual interrupt outputs of the imx8mp-evk machine's GIC unconnected: a guest's
 * interrupts never reach its CPU. Over QMP they can be connected before the machine runs.
 */
import type { Qmp } from './qmp.js';

/** Paths of the parts in QEMU's object model, by machine. */
const machines: Readonly<Record<string, { gic: string; cpu: string }>> = {
  'imx8mp-evk': { gic: '/machine/soc/gic', cpu: '/machine/soc/cpu' },
};

/**
 * Outputs of the GIC come in blocks of one for each CPU: IRQ, FIQ, VIRQ, VFIQ; the CPU's inputs have the same order
 * (QEMU, include/hw/intc/arm_gicv3_common.h and target/arm/cpu.h).
 */
const virtualLines = [2, 3];

/** A line that was connected, as QEMU's monitor would be told. */
export interface Wire {
  path: string;
  property: string;
  value: string;
}

/** Connects what is unconnected, and gives what that was: nothing on a QEMU that does it by itself. */
export async function wireVirtualInterrupts(machine: string, qmp: Pick<Qmp, 'execute'>): Promise<Wire[]> {
  const parts = machines[machine.replace(/,.*/, '')];
  if (parts === undefined) return [];
  const cpus = (await qmp.execute<unknown[]>('query-cpus-fast')).length;
  const wired: Wire[] = [];
  for (const line of virtualLines) {
    for (let cpu = 0; cpu < cpus; cpu += 1) {
      const wire = {
        path: parts.gic,
        property: `sysbus-irq[${line * cpus + cpu}]`,
        value: `${parts.cpu}${cpu}/unnamed-gpio-in[${line}]`,
      };
      const { path, property } = wire;
      if ((await qmp.execute<string>('qom-get', { path, property })) !== '') continue;
      await qmp.execute('qom-set', { ...wire });
      wired.push(wire);
    }
  }
  return wired;
}
