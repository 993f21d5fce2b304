// SPDX-License-Identifier: BSD-2-Clause
/** Runs cases on a tier and judges them by the model. */
import { HarnessError } from '../error.js';
import type { WireStep } from '../link/steps.js';
import { type Break, Ledger, Model, type ModelConfig, robustRules, type Seen } from '../model/index.js';
import type { Case } from './case.js';
import type { Tier } from './tier.js';

/** A case that went wrong. */
export interface Failure {
  broken: Break;
  /** What was seen of each step; empty when the target died. */
  seen: Seen[];
  /** What was printed when the target died. */
  words?: string;
}

export interface Verdict {
  failure?: Failure;
  /** Steps that were judged. */
  judged: number;
}

export class Engine {
  readonly ledger = new Ledger();
  /** Steps that were done so far. */
  steps = 0;
  cases = 0;
  readonly #models = new Map<number, Model>();

  constructor(
    readonly tier: Tier,
    readonly config: ModelConfig,
  ) {}

  /** Runs `cases` in one go, each from the start. */
  async run(cases: readonly Case[], ledger = this.ledger): Promise<Verdict[]> {
    try {
      const seen = await this.tier.session.run(cases.flatMap(stepsOf));
      return this.#judgeAll(cases, seen, ledger);
    } catch (error) {
      if (!this.tier.mayCrash || !(error instanceof HarnessError) || error.fault !== 'infrastructure')
        throw error;
    }
    return this.#oneByOne(cases, ledger);
  }

  /** After the target has died: which case was it? */
  async #oneByOne(cases: readonly Case[], ledger: Ledger): Promise<Verdict[]> {
    const verdicts: Verdict[] = [];
    const words = this.tier.lastWords();
    await this.tier.restart();
    const [only] = cases;
    if (cases.length === 1 && only !== undefined) return [died(only, words, ledger)];
    for (const one of cases) {
      try {
        const seen = await this.tier.session.run(stepsOf(one));
        verdicts.push(...this.#judgeAll([one], seen, ledger));
      } catch (error) {
        if (!(error instanceof HarnessError)) throw error;
        verdicts.push(died(one, this.tier.lastWords(), ledger));
        await this.tier.restart();
      }
    }
    return verdicts;
  }

  #judgeAll(cases: readonly Case[], seen: readonly Seen[], ledger: Ledger): Verdict[] {
    let at = 0;
    return cases.map((one) => {
      const first = at + 1; // after the reset
      at = first + one.steps.length;
      return this.#judge(one, seen.slice(first, at), ledger);
    });
  }

  #judge(one: Case, seen: Seen[], ledger: Ledger): Verdict {
    const model = this.#model(one.vcpus, ledger);
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
    const [broken] = ledger.breaks;
    return broken === undefined ? { judged } : { judged, failure: { broken, seen } };
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

function died(one: Case, words: string, ledger: Ledger): Verdict {
  const rule = /Sanitizer|runtime error/.test(words) ? robustRules.memory : robustRules.alive;
  const summary = /SUMMARY: .*|.*runtime error: .*/.exec(words)?.[0] ?? 'the target died';
  ledger.begin();
  ledger.step = Math.max(0, one.steps.length - 1);
  ledger.break(rule, 'the VMM goes on', summary);
  const [broken] = ledger.breaks;
  if (broken === undefined) throw new Error('a break was not kept');
  return { judged: 0, failure: { broken, seen: [], words } };
}
