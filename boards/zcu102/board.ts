// SPDX-License-Identifier: BSD-2-Clause
import type { Board } from '../board.js';
import { cpu, gic, guest, lastIntid, timers, uart0 } from '../zynqmp.js';

export const board: Board = {
  name: 'zcu102',
  description: 'AMD ZCU102, Zynq UltraScale+, Cortex-A53, GIC-400',
  sel4Platform: 'zcu102',
  memory: [
    { base: 0, size: 0x8000_0000 },
    { base: 0x8_0000_0000, size: 0x8000_0000 },
  ],
  loadAddress: 0x4000_0000,
  gic,
  uart: uart0,
  lastIntid,
  timers,
  cpu,
  guest,
  qemu: {
    // The chip's GIC has two security states, and seL4 relies on the non-secure one.
    machine: 'xlnx-zcu102,secure=on,virtualization=on,audiodev=none',
    cpu: 'cortex-a53',
    memoryMiB: 4096,
    firmware: 'zynqmp',
    // Before 9.0 QEMU traps CNTPCT_EL0 at EL0 according to the bit of CNTHCTL_EL2 for the timer, which kills the VMM.
    since: [9, 0, 0],
    serial: 0,
    more: ['-audiodev', 'none,id=none'],
    bare: { machine: 'xlnx-zcu102,virtualization=on,audiodev=none', firmware: undefined },
  },
  start: ['qemu', 'uboot', 'sdcard'],
  providers: ['microkit', 'minikit'],
  tried: [{ on: 'qemu', what: 'a Linux guest with every check, on the Microkit SDK 2.0.1 and on minikit' }],
  limits: [],
};
