// SPDX-License-Identifier: BSD-2-Clause
/** The C headers that are made from the boards' data. */
import type { Board, Gic } from '../../boards/board.js';

const hex = (value: number) => `0x${value.toString(16)}`;

function header(origin: string, lines: string[]): string {
  const top = [
    '/* SPDX-License-Identifier: BSD-2-Clause */',
    `/* Made from ${origin}. */`,
    '#pragma once',
    '',
  ];
  return `${[...top, ...lines].join('\n')}\n`;
}

/** The frames besides the distributor. */
const gicFrames = (gic: Gic): [string, string][] =>
  gic.version === 2
    ? [
        ['BOARD_GICC', hex(gic.cpuInterface)],
        ['BOARD_GICH', hex(gic.hypervisorInterface)],
      ]
    : [['BOARD_GICR', hex(gic.redistributor)]];

/** For make: the kernel's C files that not every board has. */
export function boardParts({ gic, uart }: Board): string {
  const parts = [`gic_v${gic.version}`, `vgic_v${gic.version}`, `uart_${uart.kind}`];
  return `PARTS := ${parts.map((part) => `kernel/${part}.c`).join(' ')}\n`;
}

/** What the kernel must know of the board. */
export function boardHeader(board: Board): string {
  const { gic, uart, timers } = board;
  const ranges = board.memory.map(({ base, size }) => `{${hex(base)}ull, ${hex(size)}ull}`);
  const defines: [string, string][] = [
    ['BOARD_NAME', `"${board.name}"`],
    ['BOARD_LOAD_ADDRESS', hex(board.loadAddress)],
    ['BOARD_MEMORY', `{${ranges.join(', ')}}`],
    ['BOARD_GIC_VERSION', `${gic.version}`],
    ['BOARD_GICD', hex(gic.distributor)],
    ...gicFrames(gic),
    ['BOARD_UART', hex(uart.base)],
    ['BOARD_MAINTENANCE_INTID', `${gic.maintenance}`],
    ['BOARD_VIRTUAL_TIMER_INTID', `${timers.virtual}`],
    ['BOARD_HYPERVISOR_TIMER_INTID', `${timers.hypervisor}`],
  ];
  return header(
    `boards/${board.name}`,
    defines.map(([name, value]) => `#define ${name} ${value}`),
  );
}

/**
 * The kernel configuration that Microkit 2.0.1 ships for the board, as far as user code can see it. Two spaces: build
 * files of users look for `CONFIG_SEL4_ARCH  `.
 */
export function configHeader(board: Board, config: 'debug' | 'release'): string {
  const cpu = board.cpu.compatible.replace('arm,', '').replaceAll('-', '_').toUpperCase();
  const on = [
    'ARCH_AARCH64',
    'ARCH_ARM',
    'ARCH_ARM_V8A',
    `PLAT_${board.sel4Platform.replaceAll('-', '_').toUpperCase()}`,
    `ARM_${cpu}`,
    'KERNEL_MCS',
    'ARM_PA_SIZE_BITS_40',
    'ARM_HYPERVISOR_SUPPORT',
    'AARCH64_USER_CACHE_ENABLE',
    'ARM_TLS_REG_TPIDRU',
    'HAVE_FPU',
    'NO_BENCHMARKS',
    'EXPORT_PCNT_USER',
    'EXPORT_PTMR_USER',
    ...(config === 'debug' ? ['DEBUG_BUILD', 'PRINTING', 'IRQ_REPORTING'] : []),
  ];
  const valued: [string, string | number][] = [
    ['SEL4_ARCH', 'aarch64'],
    ['ARCH', 'arm'],
    ['ARM_PLAT', board.sel4Platform],
    ['PLAT', board.sel4Platform],
    ['WORD_SIZE', 64],
    ['L1_CACHE_LINE_SIZE_BITS', 6],
    ['NUM_DOMAINS', 1],
    ['NUM_PRIORITIES', 256],
    ['MAX_NUM_NODES', 1],
  ];
  const values = [...on.map((name): [string, number] => [name, 1]), ...valued];
  return header(
    `boards/${board.name}, configuration ${config}`,
    values.map(([name, value]) => `#define CONFIG_${name}  ${value}`),
  );
}
