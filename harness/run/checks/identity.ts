// SPDX-License-Identifier: BSD-2-Clause
/** How the guest sees itself: its kernel, its memory, its CPUs. */
import { hex } from '../../base/text.js';
import type { Check } from './check.js';

const mebibytes = (bytes: number) => `${bytes / 2 ** 20} MiB (${hex(bytes)} bytes)`;

export const kernelCheck: Check = {
  name: 'kernel release',
  async run({ shell, kernelRelease }) {
    const got = await shell.output('uname -r');
    // The banner of a user's kernel may be packed. Then only the guest itself can report its release.
    const expected = kernelRelease ?? 'any release';
    return { passed: kernelRelease === undefined ? got !== '' : got === kernelRelease, expected, got };
  },
};

/** Total bytes of the "System RAM" ranges in /proc/iomem. The kernel's own parts are nested below them. */
export function systemRam(iomem: string): number {
  const ranges = iomem.matchAll(/^([0-9a-f]+)-([0-9a-f]+) : System RAM$/gm);
  let size = 0;
  for (const [, first = '', last = ''] of ranges)
    size += Number.parseInt(last, 16) - Number.parseInt(first, 16) + 1;
  return size;
}

export const memoryCheck: Check = {
  name: 'memory size',
  async run({ shell, ramSize }) {
    const got = systemRam(await shell.output('cat /proc/iomem'));
    return { passed: got === ramSize, expected: mebibytes(ramSize), got: mebibytes(got) };
  },
};

export const cpuCheck: Check = {
  name: 'CPU count',
  async run({ shell, vcpus }) {
    const online = await shell.output('cat /sys/devices/system/cpu/online');
    const expected = vcpus === 1 ? '0' : `0-${vcpus - 1}`;
    return { passed: online === expected, expected: `CPUs ${expected} online`, got: `CPUs ${online} online` };
  },
};
