// SPDX-License-Identifier: BSD-2-Clause
/** The cost of an exit and of a boot in instructions: the same on every run of the same QEMU. */
import { join } from 'node:path';
import type { Board } from '../../../boards/board.js';
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

/**
 * The floor is measured with the VMM of sel4-vmm-c/vmm/floor, which answers some kinds of exit with as few system calls
 * as seL4 allows. On seL4 the limit of an SGI and of the timer, which take two exits each, is a multiple of the floor of
 * one write.
 */
interface Exit {
  line: string;
  name: string;
  /** The limit: instructions, or on seL4 a multiple of the floor of a line. */
  limit: number | { times: number; floor: 'gicd_icenabler_write' | 'psci_version' };
  /** au-ts/libvmm with this same guest: 0.1.0 on Microkit 2.0.1, and 0.2.0 on Microkit 2.3.0, both release. */
  libvmm: { '0.1.0': number; '0.2.0': number };
  /** KVM, measured with another guest. */
  kvm?: number;
}

/** The lines that guest-builder/bench prints. */
const exits: readonly Exit[] = [
  {
    line: 'gicd_iidr_read',
    name: 'read GICD_IIDR',
    limit: 30,
    libvmm: { '0.1.0': 4108, '0.2.0': 4418 },
    kvm: 2158,
  },
  {
    line: 'gicd_icenabler_write',
    name: 'write GICD_ICENABLER0',
    limit: { times: 1.1, floor: 'gicd_icenabler_write' },
    libvmm: { '0.1.0': 4096, '0.2.0': 4433 },
    kvm: 2155,
  },
  {
    line: 'sgi_to_self',
    name: 'SGI to self, to the end of its handler',
    limit: { times: 2.1, floor: 'gicd_icenabler_write' },
    libvmm: { '0.1.0': 6657, '0.2.0': 7372 },
    kvm: 3379,
  },
  {
    line: 'psci_version',
    name: 'PSCI_VERSION',
    limit: { times: 1.1, floor: 'psci_version' },
    libvmm: { '0.1.0': 3908, '0.2.0': 5463 },
    kvm: 1499,
  },
  {
    line: 'timer_entered',
    name: "virtual timer, lateness of its handler's entry",
    limit: { times: 2.1, floor: 'gicd_icenabler_write' },
    libvmm: { '0.1.0': 2424, '0.2.0': 2832 },
  },
  {
    line: 'timer_ended',
    name: 'virtual timer, lateness of its end',
    limit: { times: 2.1, floor: 'gicd_icenabler_write' },
    libvmm: { '0.1.0': 4782, '0.2.0': 5584 },
    kvm: 2624,
  },
];

/** The figures that the guest printed, by line. */
function readFigures(output: string): Map<string, number> {
  const lines = [...output.matchAll(/^bench: (\w+) (\d+)\r?$/gm)];
  return new Map(lines.map(([, name = '', value]) => [name, Number(value)]));
}

/**
 * On minikit the limit is a multiple of the line's own floor. libvmm adds the same instructions to it on every SDK: 149 to
 * PSCI_VERSION, about 230 to a write, 510 to the two exits of an SGI. But the system calls of an exit take half as many
 * instructions on minikit as on seL4, so that the same work is a larger share of the floor.
 */
const timesOnMinikit = 1.2;

const grouped = (value: number): string => value.toLocaleString('en-US');

/** Builds the guest with a VMM, and measures it. */
async function measureOn(
  board: Board,
  sdk: Sdk,
  kernel: string,
  program: 'linux' | 'floor',
): Promise<Map<string, number>> {
  // The guest needs no initrd: any file will do.
  const guest = { vcpus: 1, kernel, initrd: kernel, program };
  const { image } = await buildSystem({ board, sdk, config: 'release', ...guest, progress: noProgress });
  return measure(board, imageArguments(board, image));
}

async function measure(board: Board, args: readonly string[]): Promise<Map<string, number>> {
  const { output } = await runByHand(board, [...countInstructions, ...args], [{ until: lastLine }]);
  return readFigures(output);
}

function figureOf(exit: Exit, sdk: Sdk, value: number, bare: number, floors: Map<string, number>): Figure {
  const { name, line, limit, libvmm, kvm } = exit;
  const on = sdk.name;
  const release = sdk.version.startsWith('2.3') ? '0.2.0' : '0.1.0';
  const others = [`bare ${bare}`, `libvmm ${release} ${grouped(libvmm[release])}`];
  if (kvm !== undefined) others.push(`KVM ${grouped(kvm)}`);
  let most = typeof limit === 'number' ? limit : Number.NaN;
  let times = '';
  if (typeof limit !== 'number') {
    const own = floors.get(line) ?? Number.NaN;
    others.push(`floor ${grouped(own)}`, `${(value / own).toFixed(2)} x`);
    const isMinikit = sdk.provider === 'minikit';
    const base = isMinikit ? own : (floors.get(limit.floor) ?? Number.NaN);
    const factor = isMinikit ? timesOnMinikit : limit.times;
    most = factor * base;
    times = ` = ${factor.toFixed(2)} x ${base === own ? 'floor' : `a write's floor`}`;
  }
  return {
    name,
    on,
    value: grouped(value),
    comparedWith: others.join(', '),
    limit: `<= ${grouped(Math.floor(most))}${times}`,
    held: value <= most,
  };
}

export const exitBench: Bench = {
  name: 'exits',
  about: 'instructions for each kind of exit, beside the fewest that seL4 allows',
  async run({ board, sdks, progress }) {
    const { image: kernel } = await buildBareGuest('bench', board, join(folder, 'guest'));
    const bare = await step(progress, 'exits on the bare machine', () => measure(board, ['-kernel', kernel]));
    const figures: Figure[][] = exits.map(() => []);
    for (const sdk of sdks) {
      const on = sdk.name;
      const floors = await step(progress, `floor of exits on ${on}`, () =>
        measureOn(board, sdk, kernel, 'floor'),
      );
      const ours = await step(progress, `exits on ${on}`, () => measureOn(board, sdk, kernel, 'linux'));
      for (const [index, exit] of exits.entries()) {
        const value = ours.get(exit.line) ?? Number.NaN;
        figures[index]?.push(figureOf(exit, sdk, value, bare.get(exit.line) ?? Number.NaN, floors));
      }
    }
    return figures.flat();
  },
};

const uptime = 'cat /proc/uptime\n';
/** au-ts/libvmm 0.1.0 on seL4 (Microkit 2.0.1, release) with this same guest. */
const libvmmUptime = 0.22;
const libvmmUptimeTested = 0.82;

/** The guest's uptime at its prompt, in virtual seconds of 10^9 instructions each. */
async function uptimeAtPrompt({ board }: BenchContext, sdk: Sdk, dtb: string | undefined): Promise<number> {
  const { image } = await buildSystem({ board, sdk, config: 'release', vcpus: 1, dtb, progress: noProgress });
  const args = [...countInstructions, ...imageArguments(board, image)];
  const { output } = await runByHand(board, args, [
    { until: guestPrompt, send: uptime },
    { until: guestPrompt },
  ]);
  const seconds = /^(\d+\.\d+) \d+\.\d+\r?$/m.exec(output)?.[1];
  if (seconds !== undefined) return Number(seconds);
  throw new HarnessError('product', "the guest's /proc/uptime cannot be read", { got: output.slice(-200) });
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
