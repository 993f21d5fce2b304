// SPDX-License-Identifier: BSD-2-Clause
/**
 * QEMU 10.0.0 to 10.0.2 leave the virtual interrupt outputs of the imx8mp-evk machine's GIC unconnected, so that a
 * guest's interrupts never reach its CPU. QMP can connect them before the machine runs.
 */
import * as v from 'valibot';
import type { Qmp } from './qmp.js';

/** Paths of the parts in QEMU's object model, by machine. */
const machines: Readonly<Record<string, { gic: string; cpu: string }>> = {
  'imx8mp-evk': { gic: '/machine/soc/gic', cpu: '/machine/soc/cpu' },
};

/**
 * Outputs of the GIC come in blocks with one output for each CPU: IRQ, FIQ, VIRQ, VFIQ. The CPU's inputs have the same
 * order (QEMU, include/hw/intc/arm_gicv3_common.h and target/arm/cpu.h).
 */
const virtualLines = [2, 3];

/** A connection that was made, as a user would type it at QEMU's monitor. */
export interface Wire {
  path: string;
  property: string;
  value: string;
}

/** Connects the unconnected lines and returns them; empty on a QEMU that connects them by itself. */
export async function wireVirtualInterrupts(
  machine: string,
  qmp: Pick<Qmp, 'execute' | 'ask'>,
): Promise<Wire[]> {
  const parts = machines[machine.replace(/,.*/, '')];
  if (parts === undefined) return [];
  const cpus = (await qmp.ask(v.array(v.unknown()), 'query-cpus-fast')).length;
  const wired: Wire[] = [];
  for (const line of virtualLines) {
    for (let cpu = 0; cpu < cpus; cpu += 1) {
      const wire = {
        path: parts.gic,
        property: `sysbus-irq[${line * cpus + cpu}]`,
        value: `${parts.cpu}${cpu}/unnamed-gpio-in[${line}]`,
      };
      const { path, property } = wire;
      if ((await qmp.ask(v.string(), 'qom-get', { path, property })) !== '') continue;
      await qmp.execute('qom-set', { ...wire });
      wired.push(wire);
    }
  }
  return wired;
}
