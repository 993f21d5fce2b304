// SPDX-License-Identifier: BSD-2-Clause
/** The report of a conformance run: results by rule, and findings. */
import { allRules, type Implementation, type Ledger, type ModelConfig, type Rule } from '../model/index.js';
import type { Deviation } from '../subject/deviations/deviation.js';
import { describeSeen, describeStep } from './describe.js';
import type { Finding, Witness } from './finding.js';

/**
 * `deviates`: broken, as the dialect's list of deviations expects. `bare too`: broken, and the bare machine breaks it
 * in the same cases. `not visible`: the tier cannot show the rule. `passes`: the list expects it to break whenever it
 * is exercised, but it held.
 */
export type RuleState =
  | 'held'
  | 'broken'
  | 'deviates'
  | 'bare too'
  | 'passes'
  | 'not exercised'
  | 'not visible';

export interface RuleResult {
  id: string;
  says: string;
  state: RuleState;
  held: number;
  broken: number;
}

/** The results of one tier. */
export interface TierReport {
  tier: string;
  /** Name of what the VMM ran on. */
  on: string;
  /** Cases that were run: kept, generated, and tried for shrinking. */
  cases: number;
  /** Cases to generate. */
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
  /** The last step according to the model and to each target. */
  witnesses: Witness[];
  /** Whether a target shows it, not only the host tier. Not given when no target was asked. */
  confirmed?: boolean;
  /** The expected deviation, if it is one. */
  deviation?: Deviation;
  /** The bare machine breaks the rule in this case too. */
  bareToo?: true;
  /** The shortest case, one step a line, with its observation. */
  trace: string[];
  origin: string;
  /** File of the case, relative to the run's folder. */
  file: string;
  repeat: string;
  /** A sanitizer's report, or the last output of the target. */
  words?: string;
}

export interface Report {
  /** `interrupted`: a signal ended the run early, whatever was found until then. */
  outcome: 'pass' | 'fail' | 'interrupted';
  subject: string;
  api: string;
  seed: number;
  /** Milliseconds. */
  ms: number;
  started: string;
  tiers: TierReport[];
  /** The bare machines as witnesses of the model. */
  bare: TierReport[];
  /** Results over all tiers with a VMM. */
  rules: RuleResult[];
  findings: FindingReport[];
  /** Cases in which the bare machine and the model disagree. */
  questions: FindingReport[];
  /** The command that repeats this run. */
  repeat: string;
}

/** What a tier can observe of its target. */
export interface Visible {
  /** Version of the interrupt controller; both when not given. */
  gic?: 2 | 3;
  kernel: boolean;
  memory: boolean;
  stage1: boolean;
}

/** The result of each rule on one tier, in order of definition. */
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

/** The result of each rule over all tiers, with expected deviations. */
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

/** A rule does not count against a VMM if the bare machine breaks it in every case that was found. */
export function excused(result: RuleResult, findings: readonly Finding[]): RuleResult {
  if (result.state !== 'broken') return result;
  const own = findings.filter(({ rule }) => rule.id === result.id);
  return own.length > 0 && own.every(isBareToo) ? { ...result, state: 'bare too' } : result;
}

/** Whether the bare machine breaks the rule in the case of a finding. */
export const isBareToo = ({ witnesses }: Finding): boolean => witnesses.some(({ excuses }) => excuses);

/** A case as text, one step a line. */
export function traceOf(config: ModelConfig, { found, failure }: Finding): string[] {
  const machine = `${found.vcpus} vCPU${found.vcpus === 1 ? '' : 's'}${found.page ? ', distributor page' : ''}`;
  const steps = found.steps.map((step, index) => {
    const seen = failure.seen[index];
    const description = seen === undefined ? '' : describeSeen(config, step, seen);
    return `${describeStep(config, step)}${description === '' ? '' : ` -> ${description}`}`;
  });
  return [machine, ...steps];
}
