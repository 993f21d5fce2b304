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
import { greetingFlags } from './link/greeting.js';
import type { WireStep } from './link/steps.js';
import type { Diagnosis, Tier } from './tier.js';

/** A case that went wrong. */
export interface Failure {
  broken: Break;
  /** What was seen of each step; empty when the target died. */
  seen: Seen[];
  /** What was printed when the target died. */
  words?: string;
}

export interface Judgement {
  failure?: Failure;
  /** What was seen of each step; empty when the target died. */
  seen: Seen[];
  /** Steps that were judged. */
  judged: number;
}

interface DeathSeen extends Diagnosis {
  words: string;
}

export class Engine {
  readonly ledger = new Ledger();
  /** Steps that were done so far. */
  steps = 0;
  cases = 0;
  #deathsToCount: number;
  readonly #models = new Map<number, Model>();

  constructor(
    readonly tier: Tier,
    readonly config: ModelConfig,
    /** Rules that are known to be broken, and after which a case is judged to its end. */
    readonly goesOn: ReadonlySet<Rule> = new Set(),
  ) {
    this.#deathsToCount = tier.deathsToCount;
  }

  /** Runs `cases`, each from the start: in one go where the target can put everything back itself. */
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
    for (const one of cases) verdicts.push(await this.#alone(one, ledger));
    return verdicts;
  }

  /**
   * Runs one case by itself. When the VMM ends with it, again and again if need be, that is the verdict. A target that
   * fails twice is an error: neither the VMM's failure nor a pass.
   */
  async #alone(one: Case, ledger: Ledger, before?: DeathSeen): Promise<Judgement> {
    let last = before;
    let ofVmm = before !== undefined && before.who !== 'target' ? 1 : 0;
    let ofTarget = before?.who === 'target' ? 1 : 0;
    while (ofVmm < this.#deathsToCount) {
      if (ofTarget > 1) throw last?.error;
      try {
        if (last === undefined && !this.#resets) await this.tier.restart();
        const seen = await this.tier.session.run(stepsOf(one));
        const [verdict] = this.#judgeAll([one], seen, ledger);
        return verdict ?? fail();
      } catch (error) {
        last = await this.#death(error);
        if (last.who === 'target') ofTarget += 1;
        else ofVmm += 1;
      }
    }
    // A VMM that is known to die is believed to have done so the next time.
    this.#deathsToCount = 1;
    return died(one, last ?? fail(), ledger);
  }

  /** What ended the session; the target is started again. Rethrows what is no death. */
  async #death(error: unknown): Promise<DeathSeen> {
    if (!(error instanceof HarnessError) || error.fault !== 'infrastructure') throw error;
    const diagnosis = await this.tier.diagnose(error);
    const words = this.tier.lastWords();
    await this.tier.restart();
    return { ...diagnosis, words };
  }

  #judgeAll(cases: readonly Case[], seen: readonly Seen[], ledger: Ledger): Judgement[] {
    let at = 0;
    return cases.map((one) => {
      const first = at + 1; // after the reset
      at = first + one.steps.length;
      return this.#judge(one, seen.slice(first, at), ledger);
    });
  }

  #judge(one: Case, seen: Seen[], ledger: Ledger): Judgement {
    const model = this.#model(one.vcpus, ledger);
    ledger.goesOn = this.goesOn;
    model.begin();
    ledger.hold(robustRules.alive);
    if (this.tier.seesMemory) ledger.hold(robustRules.memory);
    this.cases += 1;
    let judged = 0;
    for (const [index, step] of one.steps.entries()) {
      const event = seen[index];
      if (event === undefined) throw new HarnessError('harness', 'a step has no answer');
      judged += 1;
      if (!model.step(step, event)) break;
    }
    this.steps += judged;
    // What a case breaks besides tells more than what is known.
    const broken = ledger.breaks[0] ?? ledger.passedOver[0];
    return broken === undefined ? { judged, seen } : { judged, seen, failure: { broken, seen } };
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

const stepsOf = ({ vcpus, page, steps }: Case): WireStep[] => [{ op: 'reset', vcpus, page }, ...steps];

function died(one: Case, { who, words }: DeathSeen, ledger: Ledger): Judgement {
  const rule = /Sanitizer|runtime error/.test(words) ? robustRules.memory : robustRules.alive;
  const plain = who === 'silent' ? 'it no longer answers' : 'it died';
  const summary = /SUMMARY: .*|.*runtime error: .*/.exec(words)?.[0] ?? plain;
  ledger.begin();
  ledger.step = Math.max(0, one.steps.length - 1);
  ledger.break(rule, 'the VMM goes on', summary);
  const [broken = fail()] = ledger.breaks;
  return { judged: 0, seen: [], failure: { broken, seen: [], words } };
}

function fail(): never {
  throw new Error('a case has no verdict');
}
