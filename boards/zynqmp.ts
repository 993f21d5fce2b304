// SPDX-License-Identifier: BSD-2-Clause
/** The common properties of the boards with AMD's Zynq UltraScale+, from their device trees in seL4. */
import type { GicV2, Uart } from './board.js';

export { cortexA53 as cpu, guestAt1GiB as guest, timers } from './common.js';

/**
 * A GIC-400 whose 4 KiB frames are 64 KiB apart; each appears 16 times in its 64 KiB. At 0xf000 the last copy of a
 * frame's first page is followed by its second page (GICC_DIR), as in every other GIC-400.
 */
export const gic: GicV2 = {
  version: 2,
  intids: 192,
  distributor: 0xf901_0000,
  cpuInterface: 0xf902_f000,
  hypervisorInterface: 0xf904_0000,
  virtualCpuInterface: 0xf906_f000,
  frameSize: 0x1000,
  cpuInterfaceSize: 0x2000,
  maintenance: 25,
};

const compatible = ['cdns,uart-r1p12', 'xlnx,xuartps'];

export const uart0: Uart = {
  kind: 'cadence',
  compatible,
  base: 0xff00_0000,
  size: 0x1000,
  intid: 53,
  trigger: 'level',
  clock: 100_000_000,
  linuxName: 'ttyPS0',
};

export const uart1: Uart = { ...uart0, base: 0xff01_0000, intid: 54 };

export const lastIntid = 187;
