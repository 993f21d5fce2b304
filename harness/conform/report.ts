// SPDX-License-Identifier: BSD-2-Clause
/** What a conformance run found, rule by rule and finding by finding. */
import { allRules, type Implementation, type Ledger, type ModelConfig, type Rule } from '../model/index.js';
import type { Deviation } from '../subject/deviations/deviation.js';
import { describeSeen, describeStep } from './describe.js';
import type { Finding, Witness } from './finding.js';

/**
 * `deviates`: broken, as the dialect's list expects; `not visible`: the tier does not show what the rule is about;
 * `passes`: on the list as what always shows, but held.
 */
export type RuleState = 'held' | 'broken' | 'deviates' | 'passes' | 'not exercised' | 'not visible';

export interface RuleResult {
  id: string;
  says: string;
  state: RuleState;
  held: number;
  broken: number;
}

/** What one tier did. */
export interface TierReport {
  tier: string;
  /** What the VMM ran on. */
  on: string;
  /** Cases that were run: the kept ones, those that were made, and what was tried to make one shorter. */
  cases: number;
  /** Cases that were to be made. */
  planned: number;
  steps: number;
  /** Milliseconds. */
  ms: number;
  implementation: Implementation;
  rules: RuleResult[];
}

export interface FindingReport {
  rule: string;
  says: string;
  /** Tier that found it. */
  tier: string;
  expected: string;
  got: string;
  /** What the model and every target said to the last step. */
  witnesses: Witness[];
  /** Whether a target, not the host alone, shows it; nothing when no target was asked. */
  confirmed?: boolean;
  /** Why it was expected, where it was. */
  deviation?: Deviation;
  /** The shortest trace, a step a line, with what was seen of it. */
  trace: string[];
  origin: string;
  /** File of the case, in the run's folder. */
  file: string;
  repeat: string;
  /** A sanitizer's report, or the last that was printed. */
  words?: string;
}

export interface Report {
  /** `interrupted`: a signal ended the run before its end, whatever was found until then. */
  outcome: 'pass' | 'fail' | 'interrupted';
  subject: string;
  api: string;
  seed: number;
  /** Milliseconds. */
  ms: number;
  started: string;
  tiers: TierReport[];
  /** The bare machine as a witness of the model. */
  bare?: TierReport;
  /** Over all tiers with a VMM. */
  rules: RuleResult[];
  findings: FindingReport[];
  /** Where the bare machine and the model disagree. */
  questions: FindingReport[];
  /** The command that does this run again. */
  repeat: string;
}

/** What a tier shows of its target. */
export interface Visible {
  /** Its interrupt controller's version; both when not given. */
  gic?: 2 | 3;
  kernel: boolean;
  memory: boolean;
}

/** Each rule's result on one tier, in the order of definition. */
export function ruleResults(
  { held, broken }: Ledger,
  findings: readonly { rule: Rule }[],
  visible: Visible,
): RuleResult[] {
  return allRules.map((rule) => {
    const counts = { held: held[rule.index] ?? 0, broken: broken[rule.index] ?? 0 };
    const isBroken = counts.broken > 0 || findings.some((finding) => finding.rule === rule);
    const hasGic = (rule.gic ?? visible.gic) === (visible.gic ?? rule.gic);
    const isVisible = hasGic && (rule.needs === undefined || visible[rule.needs]);
    const unseen = isVisible ? 'not exercised' : 'not visible';
    const state = isBroken ? 'broken' : counts.held > 0 ? 'held' : unseen;
    return { id: rule.id, says: rule.says, state, ...counts };
  });
}

const order: readonly RuleState[] = ['broken', 'deviates', 'held', 'not exercised', 'not visible'];

/** Each rule's result over all tiers, with what was expected. */
export function overallResults(
  tiers: readonly (readonly RuleResult[])[],
  deviations: readonly Deviation[],
): RuleResult[] {
  return allRules.map(({ id, says, index }) => {
    const all = tiers.flatMap((rules) => rules[index] ?? []);
    const held = all.reduce((sum, result) => sum + result.held, 0);
    const broken = all.reduce((sum, result) => sum + result.broken, 0);
    const state = order.find((name) => all.some((result) => result.state === name)) ?? 'not exercised';
    const deviation = deviations.find(({ rule }) => rule === id);
    if (state === 'broken' && deviation) return { id, says, state: 'deviates', held, broken };
    if (state === 'held' && deviation?.always) return { id, says, state: 'passes', held, broken };
    return { id, says, state, held, broken };
  });
}

/** A case as text, a step a line. */
export function traceOf(config: ModelConfig, { found, failure }: Finding): string[] {
  const machine = `${found.vcpus} vCPU${found.vcpus === 1 ? '' : 's'}${found.page ? ', distributor page' : ''}`;
  const steps = found.steps.map((step, index) => {
    const seen = failure.seen[index];
    const description = seen === undefined ? '' : describeSeen(step, seen);
    return `${describeStep(config, step)}${description === '' ? '' : ` -> ${description}`}`;
  });
  return [machine, ...steps];
}
