// SPDX-License-Identifier: BSD-2-Clause
/** The guest of differential runs: one Image for every machine, because it finds its devices in the device tree. */
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { explainDisk, makeFolder } from '../../harness/base/disk.js';
import { packageRoot } from '../../harness/base/paths.js';
import { compilerFlags, linkerFlags, sources, tool } from '../bare.js';

export interface DifferentialGuest {
  image: string;
  elf: string;
}

/** Builds the guest into `outDir`; `header` is differential_protocol.h. */
export async function buildDifferentialGuest(outDir: string, header: string): Promise<DifferentialGuest> {
  const own = join(packageRoot, 'guest-builder', 'differential');
  const elf = join(outDir, 'differential.elf');
  const image = join(outDir, 'differential.img');
  try {
    makeFolder(outDir);
    await writeFile(join(outDir, 'differential_protocol.h'), header);
    const independent = ['-fpie', '-static-pie', '-include', join(own, 'hidden.h')];
    await tool('gcc', [
      ...compilerFlags.filter((flag) => !['-fno-pic', '-no-pie', '-static'].includes(flag)),
      ...independent,
      ...[`-I${own}`, `-I${outDir}`, `-I${join(packageRoot, 'guest-builder', 'lib')}`],
      ...[
        '-T',
        join(own, 'guest.ld'),
        ...linkerFlags.map((flag) => `-Wl,${flag}`),
        '-Wl,--no-dynamic-linker',
      ],
      ...['-o', `${elf}.new`, ...(await sources(own))],
    ]);
    await tool('objcopy', ['-O', 'binary', `${elf}.new`, `${image}.new`]);
    await rename(`${elf}.new`, elf);
    await rename(`${image}.new`, image);
  } catch (error) {
    throw explainDisk(error, outDir);
  }
  return { image, elf };
}
