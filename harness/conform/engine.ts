// SPDX-License-Identifier: BSD-2-Clause
/** Runs cases on a tier and judges them by the model. */
import { HarnessError } from '../base/error.js';
import {
  type Break,
  Ledger,
  Model,
  type ModelConfig,
  type Rule,
  robustRules,
  type Seen,
} from '../model/index.js';
import type { Case } from './case.js';
import { assertionOf } from './console-text.js';
import { greetingFlags } from './link/greeting.js';
import type { WireStep } from './link/steps.js';
import type { Diagnosis, Tier } from './tier.js';

/** A case that went wrong. */
export interface Failure {
  broken: Break;
  /** Observations of the steps; empty when the target died. */
  seen: Seen[];
  /** The last output of a target that died. */
  output?: string;
}

export interface Judgement {
  failure?: Failure;
  /** One for each rule that broke, {@link failure} first. */
  failures: readonly Failure[];
  /** Observations of the steps; empty when the target died. */
  seen: Seen[];
  /** Number of steps that were judged. */
  judged: number;
}

interface DeathSeen extends Diagnosis {
  output: string;
}

export class Engine {
  readonly ledger = new Ledger();
  /** Number of steps judged so far. */
  steps = 0;
  cases = 0;
  #deathsToCount: number;
  readonly #models = new Map<number, Model>();

  constructor(
    readonly tier: Tier,
    readonly config: ModelConfig,
    /** Rules that are known to be broken. After such a break the rest of the case is still judged. */
    readonly goesOn: ReadonlySet<Rule> = new Set(),
  ) {
    this.#deathsToCount = tier.deathsToCount;
  }

  /** Runs `cases`, each on a new machine: in one batch where the target can reset itself. */
  async run(cases: readonly Case[], ledger = this.ledger): Promise<Judgement[]> {
    if (!this.#resets) return this.#oneByOne(cases, ledger);
    try {
      const seen = await this.tier.session.run(cases.flatMap(stepsOf));
      return this.#judgeAll(cases, seen, ledger);
    } catch (error) {
      const death = await this.#death(error);
      const [only] = cases;
      if (cases.length === 1 && only !== undefined) return [await this.#alone(only, ledger, death)];
    }
    return this.#oneByOne(cases, ledger);
  }

  get #resets(): boolean {
    return (this.tier.session.greeting.flags & greetingFlags.resets) !== 0;
  }

  async #oneByOne(cases: readonly Case[], ledger: Ledger): Promise<Judgement[]> {
    const verdicts: Judgement[] = [];
    for (const testCase of cases) verdicts.push(await this.#alone(testCase, ledger));
    return verdicts;
  }

  /**
   * Runs one case by itself. If the VMM dies each time, up to `deathsToCount` times, that is the verdict. A target that
   * fails twice is an error, and neither a failure of the VMM nor a pass.
   */
  async #alone(testCase: Case, ledger: Ledger, before?: DeathSeen): Promise<Judgement> {
    let last = before;
    let ofVmm = before !== undefined && before.cause !== 'target' ? 1 : 0;
    let ofTarget = before?.cause === 'target' ? 1 : 0;
    while (ofVmm < this.#deathsToCount) {
      if (ofTarget > 1) throw last?.error;
      try {
        if (last === undefined && !this.#resets) await this.tier.restart();
        const seen = await this.tier.session.run(stepsOf(testCase));
        const [verdict] = this.#judgeAll([testCase], seen, ledger);
        return verdict ?? fail();
      } catch (error) {
        last = await this.#death(error);
        if (last.cause === 'target') ofTarget += 1;
        else ofVmm += 1;
      }
    }
    // From the second deadly case on, one death is enough, if the silence cannot be a board's.
    if (!this.tier.mayStop) this.#deathsToCount = 1;
    return died(testCase, last ?? fail(), ledger);
  }

  /** Diagnoses the end of a session and restarts the target. Rethrows an error that is not a death. */
  async #death(error: unknown): Promise<DeathSeen> {
    if (!(error instanceof HarnessError) || error.fault !== 'infrastructure') throw error;
    const diagnosis = await this.tier.diagnose(error);
    const output = this.tier.lastOutput();
    await this.tier.restart();
    return { ...diagnosis, output };
  }

  #judgeAll(cases: readonly Case[], seen: readonly Seen[], ledger: Ledger): Judgement[] {
    let at = 0;
    return cases.map((testCase) => {
      const first = at + 1; // after the reset
      at = first + testCase.steps.length;
      return this.#judge(testCase, seen.slice(first, at), ledger);
    });
  }

  #judge(testCase: Case, seen: Seen[], ledger: Ledger): Judgement {
    const model = this.#model(testCase.vcpus, ledger);
    ledger.goesOn = this.goesOn;
    model.begin();
    ledger.hold(robustRules.alive);
    if (this.tier.seesMemory) ledger.hold(robustRules.memory);
    this.cases += 1;
    const judged = judgeSteps(model, testCase, seen);
    this.steps += judged;
    // A new break tells more than a known one.
    const failures = firstOfEachRule([...ledger.breaks, ...ledger.passedOver]).map((broken) => ({
      broken,
      seen,
    }));
    const [failure] = failures;
    return { judged, seen, failures, ...(failure && { failure }) };
  }

  #model(vcpus: number, ledger: Ledger): Model {
    if (ledger !== this.ledger) return new Model({ ...this.config, vcpus }, ledger);
    const known = this.#models.get(vcpus);
    if (known !== undefined) return known;
    const model = new Model({ ...this.config, vcpus }, ledger);
    this.#models.set(vcpus, model);
    return model;
  }
}

/** Judges the steps of a case by a model that has begun it. Returns how many were judged. */
function judgeSteps(model: Model, { steps }: Case, seen: readonly Seen[]): number {
  let judged = 0;
  for (const [index, step] of steps.entries()) {
    const event = seen[index];
    if (event === undefined) throw new HarnessError('harness', 'a step has no answer');
    judged += 1;
    if (!model.step(step, event)) break;
  }
  return judged;
}

/** The first rule that the observations of a case break, without a target. */
export function brokenBy(config: ModelConfig, testCase: Case, seen: readonly Seen[]): Rule | undefined {
  const ledger = new Ledger();
  const model = new Model({ ...config, vcpus: testCase.vcpus }, ledger);
  model.begin();
  judgeSteps(model, testCase, seen);
  return ledger.breaks[0]?.rule;
}

const firstOfEachRule = (breaks: readonly Break[]): Break[] =>
  breaks.filter(({ rule }, index) => breaks.findIndex((other) => other.rule === rule) === index);

export const stepsOf = ({ vcpus, page, steps }: Case): WireStep[] => [{ op: 'reset', vcpus, page }, ...steps];

function died(testCase: Case, { cause, output }: DeathSeen, ledger: Ledger): Judgement {
  const rule = /Sanitizer|runtime error/.test(output) ? robustRules.memory : robustRules.alive;
  const plain = cause === 'silent' ? 'it no longer answers' : 'it died';
  const summary =
    /SUMMARY: .*|(?<!\S)\S+: runtime error: .*/.exec(output)?.[0] ?? assertionOf(output) ?? plain;
  ledger.begin();
  ledger.step = Math.max(0, testCase.steps.length - 1);
  ledger.break(rule, 'the VMM goes on', summary);
  const [broken = fail()] = ledger.breaks;
  const failure = { broken, seen: [], output };
  return { judged: 0, seen: [], failure, failures: [failure] };
}

function fail(): never {
  throw new Error('a case has no verdict');
}
