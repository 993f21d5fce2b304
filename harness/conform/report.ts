// SPDX-License-Identifier: BSD-2-Clause
/** What a conformance run found: for a terminal, for machines, for CI. */
import type { Implementation, Ledger, ModelConfig, Rule } from '../model/index.js';
import { allRules } from '../model/index.js';
import { xmlText } from '../run/junit.js';
import { describeSeen, describeStep } from './describe.js';
import type { Finding } from './search.js';

export interface RuleResult {
  id: string;
  says: string;
  /** `not visible`: the tier does not show what the rule is about. */
  state: 'held' | 'broken' | 'not exercised' | 'not visible';
  held: number;
  broken: number;
}

export interface FindingReport {
  rule: string;
  says: string;
  expected: string;
  got: string;
  /** The shortest trace, a step a line, with what was seen of it. */
  trace: string[];
  origin: string;
  /** File of the case, in the run's folder. */
  file: string;
  repeat: string;
  /** A sanitizer's report. */
  words?: string;
}

export interface Report {
  outcome: 'pass' | 'fail';
  tier: string;
  subject: string;
  seed: number;
  cases: number;
  steps: number;
  /** Milliseconds. */
  ms: number;
  started: string;
  implementation: Implementation;
  rules: RuleResult[];
  findings: FindingReport[];
  /** The command that does this run again. */
  repeat: string;
}

/** What a tier shows of its target. */
export interface Visible {
  kernel: boolean;
  memory: boolean;
}

/** Each rule's result, in the order of definition. */
export function ruleResults(
  { held, broken }: Ledger,
  findings: readonly { rule: Rule }[],
  visible: Visible,
): RuleResult[] {
  return allRules.map((rule) => {
    const counts = { held: held[rule.index] ?? 0, broken: broken[rule.index] ?? 0 };
    const isBroken = counts.broken > 0 || findings.some((finding) => finding.rule === rule);
    const isVisible = rule.needs === undefined || visible[rule.needs];
    const state = isBroken
      ? 'broken'
      : counts.held > 0
        ? 'held'
        : isVisible
          ? 'not exercised'
          : 'not visible';
    return { id: rule.id, says: rule.says, state, ...counts };
  });
}

/** A case as text, a step a line. */
export function traceOf(config: ModelConfig, { found, failure }: Finding): string[] {
  const machine = `${found.vcpus} vCPU${found.vcpus === 1 ? '' : 's'}${found.page ? ', distributor page' : ''}`;
  const steps = found.steps.map((step, index) => {
    const seen = failure.seen[index];
    const words = seen === undefined ? '' : describeSeen(step, seen);
    return `${describeStep(config, step)}${words === '' ? '' : ` -> ${words}`}`;
  });
  return [machine, ...steps];
}

const marks = {
  held: 'held  ',
  broken: 'BROKEN',
  'not exercised': '-     ',
  'not visible': '      ',
} as const;

function findingText(finding: FindingReport): string[] {
  return [
    '',
    `${finding.rule}: ${finding.says}`,
    ...finding.trace.map((line, index) =>
      index === 0 ? `  on ${line}:` : `  ${String(index).padStart(2)}. ${line}`,
    ),
    `  expected: ${finding.expected}`,
    `  got:      ${finding.got}`,
    ...(finding.words === undefined ? [] : finding.words.split('\n').map((line) => `  | ${line}`)),
    `  repeat:   ${finding.repeat}`,
  ];
}

/** The table, the findings and the verdict, for a terminal. */
export function reportText(report: Report): string {
  const width = Math.max(...report.rules.map(({ id }) => id.length));
  const row = ({ id, state, held, broken }: RuleResult) =>
    `  ${marks[state]}  ${id.padEnd(width)} ${String(held).padStart(9)}${broken > 0 ? ` held, ${broken} broken` : ''}`;
  const count = (state: RuleResult['state']) => report.rules.filter((rule) => rule.state === state).length;
  const rate = Math.round((report.steps / Math.max(1, report.ms)) * 1000);
  return [
    '',
    ...report.rules.map(row),
    ...report.findings.flatMap(findingText),
    '',
    `${report.outcome === 'pass' ? 'PASS' : 'FAIL'}: ${report.subject} on the ${report.tier} tier: ` +
      `${count('held')} rules held, ${count('broken')} broken, ${count('not exercised')} not exercised`,
    ...(count('not visible') > 0
      ? [`${count('not visible')} rules are about what this tier does not show`]
      : []),
    `${report.cases} cases, ${report.steps} steps in ${(report.ms / 1000).toFixed(1)} s (${rate} a second), seed ${report.seed}`,
  ].join('\n');
}

/** The report in the XML that CI systems read: a test case for each rule. */
export function reportJunit(report: Report): string {
  const count = (state: RuleResult['state']) => report.rules.filter((rule) => rule.state === state).length;
  const counts = `tests="${report.rules.length}" failures="${count('broken')}" skipped="${count('not exercised') + count('not visible')}" errors="0"`;
  const seconds = (report.ms / 1000).toFixed(3);
  const suite = xmlText(`conform.${report.tier}.${report.subject}`);
  const cases = report.rules.map(({ id, state, says }) => {
    const open = `    <testcase classname="${suite}" name="${xmlText(id)}" time="0"`;
    if (state === 'held') return `${open}/>`;
    if (state !== 'broken') return `${open}><skipped message="${state}"/></testcase>`;
    const finding = report.findings.find(({ rule }) => rule === id);
    const text = finding === undefined ? says : findingText(finding).join('\n');
    return `${open}><failure message="${xmlText(finding?.got ?? says)}">${xmlText(text)}</failure></testcase>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts} time="${seconds}">`,
    `  <testsuite name="${suite}" ${counts} time="${seconds}" timestamp="${report.started}">`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}
