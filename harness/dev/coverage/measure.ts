// SPDX-License-Identifier: BSD-2-Clause
/** Measures which branches of libvmm a conformance run on the host tiers takes: kept cases, and a search. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { execa } from 'execa';
import { HarnessError } from '../../base/error.js';
import { readJson } from '../../base/json.js';
import { buildRoot } from '../../base/paths.js';
import { readCorpus, replay } from '../../conform/corpus.js';
import { Engine } from '../../conform/engine.js';
import { buildHostTier, HostTier, ownLibrary } from '../../conform/host-tier.js';
import { search } from '../../conform/search.js';
import { learnFrom } from '../../conform/tier-run.js';
import { type Branch, branchesOf, coverageExport } from './branches.js';

export interface CoverageOptions {
  seed: number;
  /** Cases to make on each interrupt controller. */
  cases: number;
  signal: AbortSignal;
}

const sources = join(ownLibrary, 'src');

/** Runs it; returns every branch of the library's sources. */
export async function measure(options: CoverageOptions): Promise<Branch[]> {
  const { signal } = options;
  const program = await buildHostTier({ flavour: 'coverage', signal });
  const folder = join(buildRoot, 'conform', 'coverage');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // %c: the counters are in a mapped file, which survives a killed program.
  process.env.LLVM_PROFILE_FILE = join(folder, '%p%c.profraw');
  for (const gic of [2, 3] as const) await runOn(program, gic, options);
  const merged = join(folder, 'merged.profdata');
  const raw = readdirSync(folder).map((name) => join(folder, name));
  await execa('llvm-profdata', ['merge', '-o', merged, ...raw]);
  const files = await execa('llvm-cov', ['export', '-format=text', `-instr-profile=${merged}`, program]);
  const exported = readJson(coverageExport, files.stdout, {
    what: 'the coverage',
    where: 'llvm-cov export',
    fault: 'infrastructure',
    wayOut: "use Debian 12's llvm",
  });
  return (exported.data[0]?.files ?? [])
    .filter(({ filename }) => filename.startsWith(sources))
    .flatMap((file) => branchesOf(file, relative(sources, file.filename)));
}

async function runOn(program: string, gic: 2 | 3, { seed, cases, signal }: CoverageOptions): Promise<void> {
  const tier = await HostTier.start(program, gic, signal);
  try {
    const engine = new Engine(tier, await learnFrom(tier));
    const [known] = await replay(engine, readCorpus());
    const [found] = known ? [known] : await search(engine, { seed, cases, signal, first: true });
    if (found === undefined) return;
    throw new HarnessError('product', `libvmm breaks ${found.rule.id}`, {
      expected: found.failure.broken.expected,
      got: found.failure.broken.got,
      wayOut: `vmm-harness conform --tier host --seed ${seed}`,
    });
  } finally {
    await tier.stop();
  }
}
