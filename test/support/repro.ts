// SPDX-License-Identifier: BSD-2-Clause
/**
 * Runs a guest on the bare machine and under the VMM: its findings must be the same. The guest prints them as lines
 * that start with `repro: `, the last of them `repro: end` (guest-builder/lib/repro.h).
 */
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { Board } from '../../boards/board.js';
import { boards } from '../../boards/index.js';
import { type BareGuestName, buildBareGuest } from '../../guest-builder/bare.js';
import { buildRoot } from '../../harness/base/paths.js';
import { noProgress } from '../../harness/base/progress.js';
import { imageArguments, runByHand } from '../../harness/dev/bench/qemu.js';
import { findSdk } from '../../harness/microkit/find.js';
import { buildSystem } from '../../harness/subject/demo/build.js';
import { test } from './test.js';

const reproBoard = boards.get('qemu_virt_aarch64') as Board;
/** Milliseconds that a run may take. */
const reproLimit = 40_000;

const end = 'repro: end';

function linesOf(output: string): string[] {
  const lines = output.split('\n').map((line) => line.trim());
  return lines.filter((line) => line.startsWith('repro: '));
}

async function linesOfRun(args: readonly string[]): Promise<string[]> {
  return linesOf((await runByHand(reproBoard, args, [{ until: end }], reproLimit)).output);
}

/** How to build and run a guest. */
export interface ReproGuest {
  name: BareGuestName;
  /** CPUs of the machine, vCPUs under the VMM; 1 by default. */
  cpus?: number;
  /** Preprocessor symbols that select among the guest's functions. */
  defines?: Readonly<Record<string, number>>;
}

async function build({ name, defines = {} }: ReproGuest): Promise<string> {
  const choice = Object.entries(defines).map(([symbol, value]) => `-${symbol}-${value}`);
  const folder = join(buildRoot, 'guests', `repro-${name}${choice.join('').toLowerCase()}`);
  return (await buildBareGuest(name, reproBoard, folder, defines)).image;
}

/** The lines on QEMU's machine itself. */
export async function bareLines(guest: ReproGuest): Promise<string[]> {
  return linesOfRun(['-smp', String(guest.cpus ?? 1), '-kernel', await build(guest)]);
}

/** The lines under the VMM; `wanted` is `minikit` or a path of a Microkit SDK. */
export async function vmmLines(guest: ReproGuest, wanted: string): Promise<string[]> {
  const kernel = await build(guest);
  const sdk = await findSdk({ wanted, progress: noProgress });
  // The guest needs no initrd: any file will do.
  const request = { board: reproBoard, sdk, config: 'debug', kernel, initrd: kernel, progress: noProgress };
  const { image } = await buildSystem({ ...request, vcpus: guest.cpus ?? 1 });
  return linesOfRun(imageArguments(reproBoard, image));
}

/** Fails with the first line that differs, and the lines before it. */
export function assertSameLines(vmm: readonly string[], bare: readonly string[]): void {
  const at = bare.findIndex((line, index) => line !== vmm[index]);
  if (at < 0) {
    assert.is(vmm.length, bare.length, 'the VMM shows more lines than the bare machine');
    return;
  }
  const before = bare.slice(Math.max(0, at - 6), at);
  assert.unreachable([...before, `bare machine: ${bare[at]}`, `under the VMM: ${vmm[at]}`].join('\n'));
}

/** For a test with a guest, in milliseconds. */
export const limit = 170_000;

/** The tests of a guest whose lines are to be the same everywhere; `name` is that of the one on minikit. */
export function testSameAsBare(name: string, guest: ReproGuest): void {
  const { MICROKIT_SDK } = process.env;
  const bare = bareLines(guest);
  test(
    'the guest reaches its end on the bare machine',
    async () => {
      const lines = await bare;
      assert.is(lines.filter((line) => line.includes('unexpected')).length, 0, lines.join('\n'));
      assert.is(lines.at(-1), 'repro: end');
    },
    { limit },
  );
  test(name, async () => assertSameLines(await vmmLines(guest, 'minikit'), await bare), { limit });
  test(
    'the same holds on seL4',
    async () => assertSameLines(await vmmLines(guest, MICROKIT_SDK ?? ''), await bare),
    {
      limit,
      skip: MICROKIT_SDK ? undefined : 'no Microkit SDK here (MICROKIT_SDK)',
    },
  );
}
