// SPDX-License-Identifier: BSD-2-Clause
/** How the guest sees itself: its kernel, its memory, its CPUs. */
import { hex } from '../../base/text.js';
import type { Check } from './check.js';

const mebibytes = (bytes: number) => `${bytes / 2 ** 20} MiB (${hex(bytes)} bytes)`;

/**
 * `release` is the expected output of `uname -r`; undefined accepts any, for a kernel image that does not contain its
 * release.
 */
export const kernelCheck = (release: string | RegExp | undefined): Check => ({
  name: 'kernel release',
  async run({ shell }) {
    const got = await shell.output('uname -r');
    const passed =
      release === undefined ? got !== '' : release instanceof RegExp ? release.test(got) : got === release;
    return { passed, expected: String(release ?? 'any release'), got };
  },
});

/** Total bytes of the "System RAM" ranges in /proc/iomem. The kernel's own parts are nested below them. */
export function systemRam(iomem: string): number {
  const ranges = iomem.matchAll(/^([0-9a-f]+)-([0-9a-f]+) : System RAM$/gm);
  let size = 0;
  for (const [, first = '', last = ''] of ranges)
    size += Number.parseInt(last, 16) - Number.parseInt(first, 16) + 1;
  return size;
}

/** `size` of the guest's RAM is in bytes. */
export const memoryCheck = (size: number): Check => ({
  name: 'memory size',
  async run({ shell }) {
    const got = systemRam(await shell.output('cat /proc/iomem'));
    return { passed: got === size, expected: mebibytes(size), got: mebibytes(got) };
  },
});

export const cpuCheck = (vcpus: number): Check => ({
  name: 'CPU count',
  async run({ shell }) {
    const online = await shell.output('cat /sys/devices/system/cpu/online');
    const expected = vcpus === 1 ? '0' : `0-${vcpus - 1}`;
    return { passed: online === expected, expected: `CPUs ${expected} online`, got: `CPUs ${online} online` };
  },
});
