// SPDX-License-Identifier: BSD-2-Clause
/** Programs that replace a board's firmware, assembled from `firmware/` with the board's addresses. */

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Board } from '../../../boards/board.js';
import { explainDisk, makeFolder } from '../../base/disk.js';
import { HarnessError } from '../../base/error.js';
import { buildRoot, packageRoot } from '../../base/paths.js';
import { hex } from '../../base/text.js';

const sources = join(packageRoot, 'harness', 'machine', 'qemu', 'firmware');
const compiler = 'aarch64-linux-gnu-gcc';

/** The source of each, and its address: the on-chip RAM in which TF-A's BL31 is, or a board's first page. */
const programs = {
  imx8: { source: 'imx8', at: 0x97_0000 },
  zynqmp: { source: 'gicv2', at: 0xfffe_a000 },
  bcm2711: { source: 'gicv2', at: 0 },
} as const;

/** The ELF file for a board, made once; undefined when QEMU's machine enters images at EL2 by itself. */
export async function firmwareFor(
  board: Board,
  folder = join(buildRoot, 'firmware'),
): Promise<string | undefined> {
  const name = board.qemu?.firmware;
  if (name === undefined) return undefined;
  const { gic, loadAddress } = board;
  const { source: program, at } = programs[name];
  if ((program === 'imx8') !== (gic.version === 3)) {
    throw new HarnessError('harness', `the firmware ${name} is for another interrupt controller`, {
      where: `boards/${board.name}`,
    });
  }
  const second: Record<string, number> =
    gic.version === 3 ? { GICR_BASE: gic.redistributor } : { GICC_BASE: gic.cpuInterface };
  const defines = { GICD_BASE: gic.distributor, ...second, ENTRY: loadAddress };
  const source = join(sources, `${program}.S`);
  const flags = [
    ...['-nostdlib', '-static', '-Wl,--build-id=none', '-Wl,--nmagic'],
    `-Wl,-Ttext=${hex(at)}`,
    ...Object.entries(defines).map(([symbol, value]) => `-D${symbol}=${hex(value)}`),
  ];
  try {
    const identity = createHash('sha256')
      .update(`${flags} `)
      .update(await readFile(source))
      .update(await readFile(join(sources, 'monitor.inc')));
    const elf = join(folder, `${name}-${identity.digest('hex').slice(0, 16)}.elf`);
    if (existsSync(elf)) return elf;
    makeFolder(folder);
    const draft = `${elf}.${process.pid}`;
    // Loading it takes as long as starting QEMU, and hardly any run needs it.
    const { runTool } = await import('../../base/run-tool.js');
    await runTool(compiler, [...flags, '-o', draft, source], {
      what: `the firmware ${name}`,
      fault: 'harness',
      cwd: folder,
      log: `${elf}.log`,
    });
    await rename(draft, elf);
    return elf;
  } catch (error) {
    throw explainDisk(error, folder);
  }
}
