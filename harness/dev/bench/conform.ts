// SPDX-License-Identifier: BSD-2-Clause
/**
 * The speed of a conformance run on the host tier: the tier alone, the model alone, both in a search, and how soon a
 * fault in the library becomes a short case.
 *
 * The cases are those of a search that was made before. The tier gets them as prepared requests over the usual link,
 * and each of its answers is only checked for completeness. Decoding and judging are measured separately: the model
 * judges recorded answers. Each runs on one processor, and the figures count the processor time used, so that other
 * work on the machine matters less.
 */
import { sample } from 'fast-check';
import { processorTime } from '../../base/process-stat.js';
import { step } from '../../base/progress.js';
import type { Case } from '../../conform/case.js';
import { Engine } from '../../conform/engine.js';
import { CaseArbitrary } from '../../conform/generate/arbitrary.js';
import { themes } from '../../conform/generate/themes.js';
import { buildHostTier, HostTier } from '../../conform/host-tier.js';
import { learn } from '../../conform/learn.js';
import { RecordWriter } from '../../conform/link/records.js';
import { writeStep } from '../../conform/link/steps.js';
import { search } from '../../conform/search.js';
import { configOf } from '../../conform/tier.js';
import { Ledger, Model, type ModelConfig, type Seen, type Step } from '../../model/index.js';
import { allMutants, runMutants } from '../mutants/run.js';
import { type Bench, below, type Figure, median } from './bench.js';

const seed = 20_261_122;
const caseCount = 500;
const rounds = 9;
/** Rounds of the model for the JIT compiler. */
const warmUp = 4;
/** How many times the tier runs all cases in a round. */
const repeats = 10;
/** Steps that fill all of guest RAM, each of which takes as long as some hundred others. */
const largeSteps: readonly Step['op'][] = ['restart', 'images'];
const mutantSample = ['no-refill', 'ack-twice', 'not-banked', 'no-write-back', 'stale-enables', 'already-on'];

/** Recorded cases: their steps, and what was observed. */
interface Recorded {
  config: ModelConfig;
  cases: readonly Case[];
  seen: readonly Seen[][];
  steps: number;
}

async function record(tier: HostTier): Promise<Recorded> {
  const config = await learn(tier.session, configOf(tier.session.greeting));
  const cases = sample(new CaseArbitrary(themes, config), { seed, numRuns: caseCount });
  const all = await tier.session.run(
    cases.flatMap(({ vcpus, page, steps }) => [{ op: 'reset', vcpus, page } as const, ...steps]),
  );
  let at = 0;
  const seen = cases.map(({ steps }) => {
    at += steps.length + 1;
    return all.slice(at - steps.length, at);
  });
  return { config, cases, seen, steps: seen.reduce((sum, { length }) => sum + length, 0) };
}

/** Requests with whole cases, as many in each as the target accepts. */
function* packed(tier: HostTier, cases: readonly Case[]): Generator<{ payload: Uint8Array; steps: number }> {
  const { maxRequest } = tier.session.greeting;
  const most = 1000;
  const writer = new RecordWriter();
  let steps = 0;
  for (const { vcpus, page, steps: own } of cases) {
    const before = writer.length;
    writeStep(writer, { op: 'reset', vcpus, page });
    for (const one of own) writeStep(writer, one);
    if (steps > 0 && (writer.length > maxRequest || steps + own.length + 1 > most)) {
      const all = writer.bytes();
      yield { payload: all.slice(0, before), steps };
      writer.clear();
      writeStep(writer, { op: 'reset', vcpus, page });
      for (const one of own) writeStep(writer, one);
      steps = 0;
    }
    steps += own.length + 1;
  }
  yield { payload: writer.bytes(), steps };
}

const count = (value: number): string => Math.round(value).toLocaleString('en');

const perSecond = (name: string, on: string, rate: number, limit?: number, comparedWith = ''): Figure => ({
  name,
  on,
  comparedWith,
  value: `${count(rate)} /s`,
  ...(limit === undefined ? {} : { limit: `> ${limit.toLocaleString('en')} /s`, held: rate > limit }),
});

/** Steps per second of the tier's processor time, and of the wall clock. */
async function tierRate(tier: HostTier, cases: readonly Case[]): Promise<{ own: number; wall: number }> {
  const requests = [...packed(tier, cases)];
  const total = requests.reduce((sum, { steps }) => sum + steps, 0);
  const rates: { own: number; wall: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const [used, begin] = [processorTime(tier.pid ?? process.pid), performance.now()];
    for (let left = repeats; left > 0; left -= 1) {
      const answers = await Promise.all(requests.map(({ payload }) => tier.session.link.request(payload)));
      for (const [index, answer] of answers.entries()) {
        const done = (answer[0] ?? 0) | ((answer[1] ?? 0) << 8);
        if (done !== requests[index]?.steps) throw new Error('a request was not completed');
      }
    }
    const seconds = (performance.now() - begin) / 1000;
    const done = total * repeats;
    rates.push({ own: done / (processorTime(tier.pid ?? process.pid) - used), wall: done / seconds });
  }
  return { own: median(rates.map(({ own }) => own)), wall: median(rates.map(({ wall }) => wall)) };
}

/** Steps that the model judges per second of processor time. */
function modelRate({ config, cases, seen, steps }: Recorded): number {
  const rates: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const begin = process.cpuUsage();
    const models = [1, 2, 3, 4].map((vcpus) => new Model({ ...config, vcpus }, new Ledger()));
    for (const [index, one] of cases.entries()) {
      const model = models[one.vcpus - 1];
      model?.begin();
      for (const [at, event] of (seen[index] ?? []).entries()) {
        const done = one.steps[at];
        if (done === undefined || !model?.step(done, event)) break;
      }
    }
    const { user, system } = process.cpuUsage(begin);
    rates.push((steps * 1e6) / (user + system));
  }
  return median(rates.slice(warmUp));
}

async function searchRate(tier: HostTier, config: ModelConfig): Promise<number> {
  const engine = new Engine(tier, config);
  const begin = performance.now();
  await search(engine, { seed, cases: caseCount });
  return (engine.steps * 1000) / (performance.now() - begin);
}

async function figuresOf(gic: 2 | 3): Promise<Figure[]> {
  const on = `GICv${gic}`;
  const fast = await HostTier.start(await buildHostTier({ flavour: 'fast' }), gic);
  const checked = await HostTier.start(await buildHostTier({ flavour: 'checked' }), gic);
  try {
    const recorded = await record(fast);
    const { cases } = recorded;
    const all = await tierRate(fast, cases);
    const some = await tierRate(
      fast,
      cases.filter(({ steps }) => !steps.some(({ op }) => largeSteps.includes(op))),
    );
    const link = `wall clock, with the link: ${count(some.wall)} /s`;
    return [
      perSecond('host tier: steps', on, some.own, 1_000_000, link),
      perSecond('host tier: steps, restarts and images too', on, all.own),
      perSecond('model: steps', on, modelRate(recorded), 100_000),
      perSecond('search, no sanitizers: steps', on, await searchRate(fast, recorded.config)),
      perSecond('search, sanitizers: steps', on, await searchRate(checked, recorded.config)),
    ];
  } finally {
    await fast.stop();
    await checked.stop();
  }
}

export const conformBench: Bench = {
  name: 'conform',
  about: 'conformance on the host tier: steps a second, and from a mutant to its shortest case',
  async run({ progress }) {
    const figures: Figure[] = [];
    for (const gic of [2, 3] as const)
      figures.push(...(await step(progress, `conformance, GICv${gic}`, () => figuresOf(gic))));
    const mutants = allMutants.filter(({ name }) => mutantSample.includes(name));
    const results = await step(progress, 'mutants', () => runMutants(mutants, { seed, cases: 20_000 }));
    const times = results.map(({ ms }) => ms);
    return [
      ...figures,
      below('mutant to shortest case, median', `${times.length} mutants`, median(times), 2000),
    ];
  },
};
