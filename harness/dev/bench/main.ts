// SPDX-License-Identifier: BSD-2-Clause
/**
 * `npm run bench`: the project's figures, measured in one run, as one table.
 *
 *   npm run bench                           all of them
 *   npm run bench -- --only exits,boot      some
 *   npm run bench -- --json                 as JSON
 *   npm run bench -- --sdk DIR --sdk DIR    on these Microkit SDKs, in addition to MICROKIT_SDK and the installed ones
 *
 * A missed limit is shown but is not a failure: a figure depends on the machine and on its other load.
 */
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { boards } from '../../../boards/index.js';
import { HarnessError } from '../../base/error.js';
import { interruptedCode, onInterrupt } from '../../base/interrupt.js';
import { noProgress, type ProgressEvent } from '../../base/progress.js';
import { visible } from '../../base/visible.js';
import { findSdk, listSdks } from '../../microkit/find.js';
import type { Bench, BenchContext, Figure } from './bench.js';
import { bootBench, overheadBench } from './boot.js';
import { buildBench, testBench } from './build.js';
import { conformBench } from './conform.js';
import { conformLineBench } from './conform-line.js';
import { conformQemuBench } from './conform-qemu.js';
import { consoleBench } from './console.js';
import { differentialBench } from './differential.js';
import { narBench, systemBench } from './host.js';
import { hostileFilesBench } from './hostile-files.js';
import { exitBench, uptimeBench } from './instructions.js';
import { labBench } from './lab.js';
import { snapshotBench } from './snapshot.js';
import { figureTable } from './table.js';

const benches: readonly Bench[] = [
  overheadBench,
  bootBench,
  snapshotBench,
  uptimeBench,
  exitBench,
  buildBench,
  systemBench,
  narBench,
  hostileFilesBench,
  consoleBench,
  labBench,
  conformBench,
  conformQemuBench,
  conformLineBench,
  differentialBench,
  testBench,
];

const boardName = 'qemu_virt_aarch64';

/** The requested benchmarks, in their usual order. */
function chosen(only: readonly string[]): readonly Bench[] {
  const names = only.flatMap((one) => one.split(','));
  const unknown = names.find((name) => !benches.some((bench) => bench.name === name));
  if (unknown === undefined)
    return names.length === 0 ? benches : benches.filter(({ name }) => names.includes(name));
  throw new HarnessError('usage', `there is no benchmark named ${unknown}`, {
    expected: `one of ${benches.map(({ name }) => name).join(', ')}`,
    got: unknown,
    wayOut: 'npm run bench -- --help describes each',
  });
}

const help = [
  'npm run bench [-- --only NAME[,NAME]] [--sdk DIR] [--json]',
  '',
  ...benches.map(({ name, about }) => `  ${name.padEnd(10)}${about}`),
].join('\n');

function say({ kind, ...event }: ProgressEvent): void {
  if (kind === 'start' && 'step' in event) process.stderr.write(`${event.step}\n`);
}

/** A warning about the times on a machine with other load. */
function busy(): string | undefined {
  const [load = 0] = loadavg();
  const cores = availableParallelism();
  return load > cores
    ? `load average ${load.toFixed(1)} on ${cores} cores: the times are those of a busy machine`
    : undefined;
}

/** The figures of a benchmark. One that cannot run here becomes a line with the reason. */
async function figuresOf(bench: Bench, context: BenchContext): Promise<Figure[]> {
  try {
    return await bench.run(context);
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    process.stderr.write(`${visible(error.explain())}\n`);
    return [{ name: bench.name, on: '', value: '-', comparedWith: `not measured: ${error.message}` }];
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true },
      json: { type: 'boolean' },
      sdk: { type: 'string', multiple: true },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    console.log(help);
    return;
  }
  const wanted = chosen(values.only ?? []);
  const signal = onInterrupt();
  const board = boards.get(boardName);
  if (board === undefined) throw new HarnessError('harness', `no board ${boardName}`);
  const sdks = await listSdks({ progress: noProgress });
  const given = await Promise.all(
    (values.sdk ?? []).map((dir) => findSdk({ wanted: dir, progress: noProgress })),
  );
  const microkits = [...given, ...sdks].filter(
    ({ provider, boards: has }) => provider === 'microkit' && has.has(boardName),
  );
  const [microkit] = microkits;
  const minikit = await findSdk({ wanted: 'minikit', progress: noProgress });
  if (!microkit) process.stderr.write('no Microkit SDK here (MICROKIT_SDK): nothing is measured on seL4\n');
  const context = { board, minikit, microkit, sdks: [minikit, ...microkits], progress: say };
  const figures: Figure[] = [];
  const measured = await measure(wanted, context, figures, signal);
  const note = busy();
  if (note !== undefined) process.stderr.write(`${note}\n`);
  const outcome = signal.aborted ? 'interrupted' : 'complete';
  console.log(values.json ? JSON.stringify({ outcome, figures }, undefined, 2) : figureTable(figures));
  if (!signal.aborted) return;
  process.stderr.write(`INTERRUPTED after ${measured} of ${wanted.length} benchmarks\n`);
  // A running benchmark is not waited for. Everything that it started ends with this process.
  process.exit(interruptedCode);
}

/** Measures into `figures` until the end or the signal. Returns the number of completed benchmarks. */
async function measure(
  wanted: readonly Bench[],
  context: BenchContext,
  figures: Figure[],
  signal: AbortSignal,
): Promise<number> {
  const interrupted = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  for (const [index, bench] of wanted.entries()) {
    const found = await Promise.race([figuresOf(bench, context), interrupted]);
    if (found === undefined || signal.aborted) return index;
    figures.push(...found);
  }
  return wanted.length;
}

try {
  await main();
} catch (error) {
  if (error instanceof HarnessError) {
    process.stderr.write(`${visible(error.explain())}\n`);
    process.exitCode = error.exitCode;
  } else if (error instanceof TypeError && 'code' in error) {
    // parseArgs does not know an option.
    process.stderr.write(`${error.message}\n\n${help}\n`);
    process.exitCode = 2;
  } else {
    throw error;
  }
}
