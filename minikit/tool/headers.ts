// SPDX-License-Identifier: BSD-2-Clause
/** Generates C headers from the data of the boards. */

import type { Board, Range } from '../../boards/board.js';
import { cHeader } from '../../harness/base/c-header.js';
import { hex } from '../../harness/base/text.js';
import { smallPage } from '../../harness/system/limits.js';
import { has, type Version } from '../../harness/system/versions.js';

/** For make: the kernel's C files for the hardware of this board. */
export function boardParts({ gic, uart }: Board): string {
  const parts = [`gic_v${gic.version}`, `vgic_v${gic.version}`, `uart_${uart.kind}`];
  return `PARTS := ${parts.map((part) => `kernel/${part}.c`).join(' ')}\n`;
}

/** Register frames that the kernel uses. */
function frames({ gic, uart }: Board): [name: string, Range][] {
  const page = (base: number, pages = 1) => ({ base, size: pages * smallPage });
  const gicd: [string, Range] = ['GICD', { base: gic.distributor, size: gic.frameSize }];
  // Its registers may begin in the middle of the page.
  const last: [string, Range] = ['UART', page(uart.base - (uart.base % smallPage))];
  if (gic.version === 3)
    return [gicd, ['GICR', { base: gic.redistributor, size: gic.redistributorSize }], last];
  return [gicd, ['GICC', page(gic.cpuInterface, 2)], ['GICH', page(gic.hypervisorInterface)], last];
}

/** The data of the board that the kernel needs. */
export function boardHeader(board: Board): string {
  const { gic, timers } = board;
  const list = (ranges: readonly Range[]) =>
    `{${ranges.map(({ base, size }) => `{${hex(base)}ull, ${hex(size)}ull}`).join(', ')}}`;
  const devices = frames(board);
  const defines: [string, string][] = [
    ['NAME', `"${board.name}"`],
    ['LOAD_ADDRESS', hex(board.loadAddress)],
    ['MEMORY', list(board.memory)],
    ['DEVICES', list(devices.map(([, range]) => range))],
    ...devices.map(([name, { base }]): [string, string] => [
      name,
      hex(name === 'UART' ? board.uart.base : base),
    ]),
    ['MAINTENANCE_INTID', `${gic.maintenance}`],
    ['VIRTUAL_TIMER_INTID', `${timers.virtual}`],
    ['HYPERVISOR_TIMER_INTID', `${timers.hypervisor}`],
  ];
  return cHeader(
    `boards/${board.name}`,
    defines.map(([name, value]) => `#define BOARD_${name} ${value}`),
  );
}

/** A version as a number that C can compare: 20300 for 2.3.0. */
export function versionNumber(version: Version): number {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  return 10_000 * major + 100 * minor + patch;
}

/** Options that the kernels of Microkit 2.0.1 have only on some platforms, by seL4's names. */
const platformOptions: Partial<Record<string, readonly string[]>> = {
  'qemu-arm-virt': ['EXPORT_PTMR_USER'],
  'imx8mq-evk': ['PLAT_IMX8MQ'],
  maaxboard: ['PLAT_IMX8MQ'],
};

/**
 * Microkit's kernel configuration for the board, as far as user code can see it and minikit supports it. The two spaces
 * are needed: build files of users search for `CONFIG_SEL4_ARCH  `.
 */
export function configHeader(board: Board, config: 'debug' | 'release', version: Version): string {
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
    ...(board.gic.version === 3 ? ['ARM_GIC_V3_SUPPORT'] : []),
    ...(platformOptions[board.sel4Platform] ?? []),
    ...(has(version, '2.1.0') ? ['ALLOW_SMC_CALLS'] : []),
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
    ['MINIKIT_MICROKIT', versionNumber(version)],
  ];
  const values = [...on.map((name): [string, number] => [name, 1]), ...valued];
  return cHeader(
    `boards/${board.name}, configuration ${config}`,
    values.map(([name, value]) => `#define CONFIG_${name}  ${value}`),
  );
}
