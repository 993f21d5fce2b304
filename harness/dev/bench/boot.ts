// SPDX-License-Identifier: BSD-2-Clause
/**
 * How long a user waits for a guest: minikit beside seL4, and the harness beside QEMU alone, alternately in one run.
 */
import { execa } from 'execa';
import { noProgress, step } from '../../base/progress.js';
import type { Sdk } from '../../microkit/sdk.js';
import { guestPrompt } from '../../run/boot.js';
import { buildSystem } from '../../subject/demo/build.js';
import {
  type Bench,
  type BenchContext,
  below,
  type Figure,
  median,
  milliseconds,
  seconds,
  subjectOf,
} from './bench.js';
import { cli } from './cli.js';
import { imageArguments, runByHand } from './qemu.js';

const rounds = 7;
const overheadLimit = 100;
const firstLine = 'vmm|INFO: starting guest';

async function imageFor({ board }: BenchContext, sdk: Sdk): Promise<string> {
  const { image } = await buildSystem({ board, sdk, config: 'debug', vcpus: 1, progress: noProgress });
  return image;
}

interface Boot {
  firstLine: number;
  prompt: number;
}

async function boot({ board }: BenchContext, image: string): Promise<Boot> {
  const steps = [{ until: firstLine }, { until: guestPrompt }];
  const { times } = await runByHand(board, imageArguments(board, image), steps);
  return { firstLine: times[0] ?? Number.NaN, prompt: times[1] ?? Number.NaN };
}

export const bootBench: Bench = {
  name: 'boot',
  about: "time to the VMM's first line and to the guest's prompt, on minikit and on seL4",
  async run(context) {
    const { minikit, microkit, progress } = context;
    const sdks = microkit ? [minikit, microkit] : [minikit];
    const images = await Promise.all(sdks.map((sdk) => imageFor(context, sdk)));
    const boots: Boot[][] = sdks.map(() => []);
    for (let round = 1; round <= rounds; round += 1) {
      await step(progress, `boots, round ${round} of ${rounds}`, async () => {
        for (const [index, image] of images.entries()) boots[index]?.push(await boot(context, image));
      });
    }
    const of = (index: number, which: keyof Boot) => median(boots[index]?.map((one) => one[which]) ?? []);
    return (['firstLine', 'prompt'] as const).flatMap((which) => {
      const name = which === 'firstLine' ? "VMM's first line" : "guest's prompt";
      const [ours, theirs] = [of(0, which), of(1, which)];
      const first: Figure = { name, on: 'minikit', value: seconds(ours) };
      if (!microkit) return [first];
      const share = which === 'firstLine' ? 0.5 : 1;
      const limit = share === 1 ? 'no later than on seL4' : '< half of seL4';
      return [
        { ...first, limit, held: ours <= theirs * share },
        { name, on: subjectOf(microkit), value: seconds(theirs) },
      ];
    });
  },
};

/** Milliseconds from the start of `vmm-harness boot` until it reports the prompt. */
async function bootByHarness(image: string): Promise<number> {
  const begin = performance.now();
  const child = execa(process.execPath, [cli, 'boot', image], { stdin: 'ignore', stderr: 'ignore' });
  const said = new Promise<number>((resolve) => {
    child.stdout.once('data', () => resolve(performance.now() - begin));
  });
  await child;
  return said;
}

export const overheadBench: Bench = {
  name: 'overhead',
  about: "time to the guest's prompt under vmm-harness boot, less that of QEMU alone",
  async run(context) {
    const image = await imageFor(context, context.minikit);
    const ours: number[] = [];
    const byHand: number[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      await step(context.progress, `harness and QEMU alone, round ${round} of ${rounds}`, async () => {
        byHand.push((await boot(context, image)).prompt);
        ours.push(await bootByHarness(image));
      });
    }
    const overhead = median(ours) - median(byHand);
    return [
      {
        ...below('harness overhead to the prompt', 'minikit', overhead, overheadLimit),
        comparedWith: `QEMU alone ${milliseconds(median(byHand))}`,
      },
    ];
  },
};
