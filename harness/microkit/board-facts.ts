// SPDX-License-Identifier: BSD-2-Clause
import type { Board, Range } from '../../boards/board.js';
import type { BoardFacts } from '../system/checks/check.js';
import { smallPage } from '../system/limits.js';

/**
 * Bits of a physical address that seL4 uses on a Cortex-A53 or A55, and therefore of an address in a protection domain.
 */
export const addressBits = 40;

/**
 * seL4 refuses a budget shorter than twice its own worst case of 10 microseconds (include/kernel/sporadic.h,
 * MIN_BUDGET_US).
 */
const leastBudget = 20;

const rangeOf = ({ base, size }: Range) => ({ base, end: base + size });

/** Whether this is one of Microkit's configurations for several cores. */
export const isSmp = (config: string) => config.startsWith('smp-');

/** The facts of a board in a configuration that the checks of system descriptions need, from the board's data. */
export function boardFacts(board: Board, config = 'debug'): BoardFacts {
  const { gic, uart, timers } = board;
  const kept = (base: number, size: number, what: string) => ({ range: rangeOf({ base, size }), what });
  return {
    name: board.name,
    memory: board.memory.map(rangeOf),
    physicalTop: 2 ** addressBits,
    kernelFrames:
      gic.version === 2
        ? [
            kept(gic.distributor, smallPage, 'the GIC distributor'),
            kept(gic.cpuInterface, smallPage, 'the GIC CPU interface'),
            kept(gic.hypervisorInterface, smallPage, 'the GIC hypervisor interface'),
          ]
        : [
            kept(gic.distributor, gic.frameSize, 'the GIC distributor'),
            kept(gic.redistributor, gic.redistributorSize, 'the GIC redistributors'),
          ],
    devices: [
      { range: rangeOf(uart), what: 'the UART' },
      ...(gic.version === 2
        ? [kept(gic.virtualCpuInterface, gic.cpuInterfaceSize, 'the GIC virtual CPU interface')]
        : []),
    ],
    distributor: rangeOf({ base: gic.distributor, size: gic.frameSize }),
    kernelInterrupts: [
      { intid: gic.maintenance, what: "the GIC's maintenance interrupt" },
      { intid: timers.virtual, what: 'the virtual timer, which guests get as VPPIEvent' },
      { intid: timers.hypervisor, what: "the hypervisor timer, the kernel's own clock" },
    ],
    lastIntid: board.lastIntid,
    leastBudget,
    smc: false,
    cores: isSmp(config) ? board.cpu.cores : 1,
  };
}
