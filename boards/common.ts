// SPDX-License-Identifier: BSD-2-Clause
/** Properties that boards of several chip families have in common. A board whose device tree differs states its own. */
import type { Board } from './board.js';

/** The INTIDs that Arm's Base System Architecture recommends (DEN0094, "PPI assignments"). */
export const timers: Board['timers'] = { secure: 29, physical: 30, virtual: 27, hypervisor: 26 };

/** ICH_VTR_EL2 or GICH_VTR reports the number of list registers. */
export const cortexA53: Board['cpu'] = {
  compatible: 'arm,cortex-a53',
  armv8: 0,
  cores: 4,
  listRegisters: 4,
  pageSizes: [4, 64],
};

export const cortexA55: Board['cpu'] = {
  compatible: 'arm,cortex-a55',
  armv8: 2,
  cores: 4,
  listRegisters: 4,
  pageSizes: [4, 16, 64],
};

/** A guest whose RAM begins at 1 GiB. */
export const guestAt1GiB: Board['guest'] = {
  kernel: 'linux-image-arm64',
  ram: { base: 0x4000_0000, size: 0x1000_0000 },
  dtb: 0x4f00_0000,
  initrd: 0x4d70_0000,
};
