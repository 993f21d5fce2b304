// SPDX-License-Identifier: BSD-2-Clause
/** The speed of a conformance run on the QEMU tier, for each SDK: steps per second in batches, and a whole run. */

import { buildAgent } from '../../conform/agent-build.js';
import { MachineTier } from '../../conform/machine-tier.js';
import { QemuMachine, qemuProgram } from '../../machine/qemu/qemu.js';
import type { Sdk } from '../../microkit/sdk.js';
import { type Bench, type BenchContext, below, type Figure, subjectOf } from './bench.js';
import { wholeRun } from './conform-whole.js';

const config = 'release';
const leastSteps = 2_000;
/** In milliseconds. */
const runLimit = 60_000;

async function onSdk(sdk: Sdk, { board }: BenchContext): Promise<Figure[]> {
  const made = await buildAgent({ board, sdk, config });
  const begin = performance.now();
  const setup = { board, image: made.image, qemu: { program: qemuProgram } };
  const machine = () => QemuMachine.start(setup);
  const tier = await MachineTier.start({ machine, build: made.build, name: 'qemu', on: sdk.name });
  try {
    const { engine, rules, ms } = await wholeRun(tier);
    const whole = performance.now() - begin;
    const count = (state: string) => rules.filter((rule) => rule.state === state).length;
    const rate = (engine.steps / ms) * 1000;
    const on = subjectOf(sdk);
    const missed = `${count('held')} rules held, ${count('broken')} broken, ${count('not exercised')} not exercised`;
    return [
      {
        name: 'conformance in QEMU',
        on,
        value: `${rate.toFixed(0)} steps/s`,
        comparedWith: `${engine.cases} cases, ${engine.steps} steps, judged`,
        limit: `> ${leastSteps} steps/s`,
        held: rate > leastSteps,
      },
      {
        ...below('conformance run in QEMU, boot to end', on, whole, runLimit),
        comparedWith: missed,
        held: whole < runLimit && count('not exercised') + count('broken') === 0,
      },
    ];
  } finally {
    await tier.stop();
  }
}

export const conformQemuBench: Bench = {
  name: 'conform-qemu',
  about: 'conformance in QEMU: steps a second, a whole run',
  async run(context) {
    const sdks = [context.minikit, ...(context.microkit ? [context.microkit] : [])];
    const figures: Figure[] = [];
    for (const sdk of sdks) figures.push(...(await onSdk(sdk, context)));
    return figures;
  },
};
