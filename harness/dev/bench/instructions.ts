// SPDX-License-Identifier: BSD-2-Clause
/** What an exit costs and what a boot costs, in instructions: the same on every run of the same QEMU. */
import { join } from 'node:path';
import { buildBareGuest } from '../../../guest-builder/bare.js';
import { buildLinuxGuest, defaultBootargs } from '../../../guest-builder/linux/build.js';
import { HarnessError } from '../../base/error.js';
import { buildRoot } from '../../base/paths.js';
import { noProgress, step } from '../../base/progress.js';
import type { Sdk } from '../../microkit/sdk.js';
import { guestPrompt } from '../../run/boot.js';
import { buildSystem } from '../../subject/demo/build.js';
import { type Bench, type BenchContext, type Figure, subjectOf } from './bench.js';
import { countInstructions, imageArguments, runByHand } from './qemu.js';

const folder = join(buildRoot, 'bench');
const lastLine = 'bench: done';

/** On seL4 an exit that reads and writes 12 registers and replies takes 3,160; ours may take 8 % more. */
const exitLimit = 3412;

/**
 * The lines of guest-builder/bench, and what others need for them: au-ts/libvmm 0.1.0 on seL4 (Microkit 2.0.1, release)
 * with this same guest, KVM as the project's figures have it (with another guest).
 */
const exits: { line: string; name: string; limit: number; libvmm: number; kvm?: number }[] = [
  { line: 'gicd_iidr_read', name: 'read GICD_IIDR', limit: 30, libvmm: 4108, kvm: 2158 },
  { line: 'gicd_icenabler_write', name: 'write GICD_ICENABLER0', limit: exitLimit, libvmm: 4096, kvm: 2155 },
  {
    line: 'sgi_to_self',
    name: 'SGI to self, to the end of its handler',
    limit: 5600,
    libvmm: 6657,
    kvm: 3379,
  },
  { line: 'psci_version', name: 'PSCI_VERSION', limit: exitLimit, libvmm: 3908, kvm: 1499 },
  {
    line: 'timer_entered',
    name: "virtual timer, lateness of its handler's entry",
    limit: 5000,
    libvmm: 2424,
  },
  { line: 'timer_ended', name: 'virtual timer, lateness of its end', limit: 5000, libvmm: 4782, kvm: 2624 },
];

/** The figures that the guest printed, by their lines. */
function readFigures(output: string): Map<string, number> {
  const lines = [...output.matchAll(/^bench: (\w+) (\d+)\r?$/gm)];
  return new Map(lines.map(([, name = '', value]) => [name, Number(value)]));
}

const grouped = (value: number): string => value.toLocaleString('en-US');

export const exitBench: Bench = {
  name: 'exits',
  about: "instructions for each kind of a guest's exit",
  async run({ board, minikit, microkit, progress }) {
    const { image: kernel } = await buildBareGuest('bench', board, join(folder, 'guest'));
    const measure = async (args: string[]) =>
      readFigures((await runByHand(board, [...countInstructions, ...args], [{ until: lastLine }])).output);
    const bare = await step(progress, 'exits on the bare machine', () => measure(['-kernel', kernel]));
    const figures: Figure[][] = exits.map(() => []);
    for (const sdk of microkit ? [minikit, microkit] : [minikit]) {
      const on = subjectOf(sdk);
      const measured = await step(progress, `exits on ${on}`, async () => {
        // The guest needs no initrd: any file will do.
        const guest = { vcpus: 1, kernel, initrd: kernel };
        const { image } = await buildSystem({
          board,
          sdk,
          config: 'release',
          ...guest,
          progress: noProgress,
        });
        return measure(imageArguments(board, image));
      });
      for (const [index, { line, name, limit, libvmm, kvm }] of exits.entries()) {
        const value = measured.get(line) ?? Number.NaN;
        const others = [`bare ${bare.get(line)}`, `libvmm 0.1.0 ${grouped(libvmm)}`];
        if (kvm !== undefined) others.push(`KVM ${grouped(kvm)}`);
        figures[index]?.push({
          name,
          on,
          value: grouped(value),
          comparedWith: others.join(', '),
          limit: `<= ${grouped(limit)}`,
          held: value <= limit,
        });
      }
    }
    return figures.flat();
  },
};

const uptime = 'cat /proc/uptime\n';
/** au-ts/libvmm 0.1.0 on seL4 (Microkit 2.0.1, release) with this same guest. */
const libvmmUptime = 0.22;
const libvmmUptimeTested = 0.82;

/** The guest's uptime at its prompt, in virtual seconds, of which each has a thousand million instructions. */
async function uptimeAtPrompt({ board }: BenchContext, sdk: Sdk, dtb: string | undefined): Promise<number> {
  const { image } = await buildSystem({ board, sdk, config: 'release', vcpus: 1, dtb, progress: noProgress });
  const args = [...countInstructions, ...imageArguments(board, image)];
  const { output } = await runByHand(board, args, [
    { until: guestPrompt, send: uptime },
    { until: guestPrompt },
  ]);
  const seconds = /^(\d+\.\d+) \d+\.\d+\r?$/m.exec(output)?.[1];
  if (seconds !== undefined) return Number(seconds);
  throw new HarnessError('product', "the guest's /proc/uptime can not be read", { got: output.slice(-200) });
}

export const uptimeBench: Bench = {
  name: 'uptime',
  about: "the guest's uptime at its prompt, counted in instructions",
  async run(context) {
    const { board, minikit, microkit, progress } = context;
    const tested = await buildLinuxGuest({
      board,
      vcpus: 1,
      bootargs: defaultBootargs(board).replace(' cryptomgr.notests', ''),
      outDir: join(folder, 'self-tests'),
    });
    const figures: Figure[] = [];
    for (const [name, dtb, libvmm] of [
      ["guest's uptime at its prompt (icount)", undefined, libvmmUptime],
      ["the same with the kernel's cipher tests", tested.dtb, libvmmUptimeTested],
    ] as const) {
      for (const sdk of microkit ? [minikit, microkit] : [minikit]) {
        const on = subjectOf(sdk);
        const value = await step(progress, `${name} on ${on}`, () => uptimeAtPrompt(context, sdk, dtb));
        figures.push({ name, on, value: `${value.toFixed(2)} s`, comparedWith: `libvmm 0.1.0 ${libvmm} s` });
      }
    }
    return figures;
  },
};
