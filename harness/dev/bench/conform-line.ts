// SPDX-License-Identifier: BSD-2-Clause
/** Conformance over a serial line: steps a second and bytes a step on the virtual board, at rates of real lines. */
import { rm } from 'node:fs/promises';
import { noProgress } from '../../base/progress.js';
import { temporaryFolder } from '../../base/temporary.js';
import { buildAgent } from '../../conform/agent-build.js';
import { MachineTier } from '../../conform/machine-tier.js';
import { bytesPerSecond, defaultSettings } from '../../machine/board/serial/settings.js';
import { labTarget } from '../../machine/board/target.js';
import type { Bench, BenchContext, Figure } from './bench.js';
import { wholeRun } from './conform-whole.js';
import { throttledJoint } from './serial-line.js';
import { virtualBoard } from './virtual.js';

const config = 'release';
const bytesLimit = 6;
/** Milliseconds from power on to the end of the run. */
const runLimit = 300_000;
/** Bits per second of the lines; the last has the full speed of its PTY. */
const lines = [115_200, 921_600, undefined] as const;

async function onLine({ board, minikit }: BenchContext, baud: number | undefined): Promise<Figure[]> {
  const entry = virtualBoard(board);
  const made = await buildAgent({ board, sdk: minikit, config });
  const folder = await temporaryFolder('bench');
  const joint = baud && throttledJoint(bytesPerSecond({ ...defaultSettings, baud }));
  const target = labTarget(entry, {
    progress: noProgress,
    command: 'npm run bench',
    ...(joint && { virtual: { joint } }),
  });
  const begin = performance.now();
  const tier = await MachineTier.start({
    machine: () => target.start(made.image, { folder, binary: true }),
    build: made.build,
    name: 'board',
    on: '',
    patience: 6_000,
    mayStop: true,
  });
  try {
    const { counts } = tier.session.link;
    const { engine, rules, ms } = await wholeRun(tier);
    const whole = performance.now() - begin;
    const missed = rules.filter(({ state }) => state === 'not exercised' || state === 'broken');
    const names = missed.map(({ id }) => id).join(', ');
    const on = baud === undefined ? 'PTY' : `${baud} baud`;
    const perStep = (bytes: number) => (bytes / engine.steps).toFixed(1);
    const rate = (engine.steps / ms) * 1000;
    return [
      {
        name: 'conformance over a line',
        on,
        value: `${rate.toFixed(0)} steps/s`,
        comparedWith: `boot to end ${(whole / 1000).toFixed(0)} s, ${engine.steps} steps, ${names || 'no rule'} missed`,
        limit: `< ${runLimit / 1000} s, all rules`,
        held: whole < runLimit && missed.length === 0,
      },
      {
        name: 'bytes a step',
        on,
        value: `${perStep(counts.bytesOut)} out, ${perStep(counts.bytesIn)} in`,
        limit: `<= ${bytesLimit}`,
        held: Math.max(counts.bytesOut, counts.bytesIn) <= bytesLimit * engine.steps,
      },
    ];
  } finally {
    await tier.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

export const conformLineBench: Bench = {
  name: 'conform-line',
  about: 'conformance over the serial line of the virtual board: steps a second, bytes a step',
  async run(context) {
    const figures: Figure[] = [];
    for (const baud of lines) figures.push(...(await onLine(context, baud)));
    return figures;
  },
};
