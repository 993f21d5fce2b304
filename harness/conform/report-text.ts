// SPDX-License-Identifier: BSD-2-Clause
/** The report as text for a terminal, and as JUnit XML for CI systems. */
import { seconds } from '../base/text.js';
import { failureMessage, interruptedCase, type JunitTrouble, junitOf } from '../verdict/junit.js';
import type { FindingReport, Report, RuleResult, RuleState, TierReport } from './report.js';

const marks: Readonly<Record<RuleState, string>> = {
  held: 'held',
  broken: 'BROKEN',
  deviates: 'deviates',
  'bare too': 'bare too',
  passes: 'PASSES',
  'not exercised': '-',
  'not visible': '',
};
const markWidth = 8;
const countWidth = 12;

function cell({ state, held, broken }: RuleResult): string {
  if (state === 'not visible') return '';
  return broken > 0 ? `${held} (${broken})` : String(held);
}

/** One line for each rule: its state, and for each tier how often it held (and broke). */
function table(report: Report, isReplay: boolean): string[] {
  const tiers = [...report.tiers, ...report.bare];
  const width = Math.max(...report.rules.map(({ id }) => id.length));
  const row = (mark: string, id: string, cells: readonly string[]) =>
    `  ${mark.padEnd(markWidth)}  ${id.padEnd(width)}${cells.map((count) => count.padStart(countWidth)).join('')}`;
  const heads = tiers.map(({ tier }) => tier);
  const rows = report.rules.flatMap(({ id, state }, index) => {
    // A replayed case exercises a few rules. The others are not about it.
    if (state === 'not visible' || (isReplay && state === 'not exercised')) return [];
    const cells = tiers.map(({ rules }) => (rules[index] ? cell(rules[index]) : ''));
    return [row(marks[state], id, cells)];
  });
  return [row('', '', heads), ...rows];
}

function findingText(finding: FindingReport): string[] {
  const width = Math.max(...finding.witnesses.map(({ who }) => who.length));
  const deviation = finding.deviation;
  return [
    '',
    `${finding.rule}: ${finding.says}`,
    ...(deviation ? [`  expected deviation since ${deviation.since}: ${deviation.reason}`] : []),
    ...finding.trace.map((line, index) =>
      index === 0 ? `  on ${line}:` : `  ${String(index).padStart(2)}. ${line}`,
    ),
    ...finding.witnesses.map(({ who, said }) => `  ${`${who}:`.padEnd(width + 1)} ${said}`),
    ...(finding.bareToo
      ? ['  the bare machine breaks the rule too: it does not count against the library']
      : []),
    ...(finding.confirmed === false
      ? ['  not confirmed: the target does what the model says, the host tier alone does not']
      : []),
    ...(finding.words ? finding.words.split('\n').map((line) => `  | ${line}`) : []),
    `  repeat: ${finding.repeat}`,
  ];
}

/** The verdict, with its reservations. */
function verdictWord(report: Report): string {
  const count = counter(report);
  const [missing, all] = [count('not exercised'), report.rules.length - count('not visible')];
  if (report.outcome === 'interrupted') {
    const tiers = [...report.tiers, ...report.bare];
    const part = tiers.map(({ tier, cases, planned }) => `${cases} of ${planned} cases on ${tier}`);
    return `INTERRUPTED, no verdict, after ${part.join(' and ')}`;
  }
  if (report.outcome === 'fail') return 'FAIL';
  return missing === 0 ? 'PASS' : `PASS as far as it went, ${missing} of ${all} rules were not exercised`;
}

function tierLine({ tier, on, cases, steps, ms }: TierReport): string {
  const rate = Math.round((steps / Math.max(1, ms)) * 1000);
  return `${tier}${on === '' ? '' : ` (${on})`}: ${cases} cases, ${steps} steps in ${seconds(ms)} (${rate} a second)`;
}

const counter =
  ({ rules }: Report) =>
  (state: RuleState) =>
    rules.filter((rule) => rule.state === state).length;

/** The table, the findings and the verdict. For a replay, the table has only the rules that were exercised. */
export function reportText(report: Report, isReplay = false): string {
  const count = counter(report);
  const passes = report.rules.filter(({ state }) => state === 'passes').map(({ id }) => id);
  const optional = (state: RuleState, verb: string) => (count(state) > 0 ? `, ${count(state)} ${verb}` : '');
  return [
    '',
    ...table(report, isReplay),
    ...report.findings.flatMap(findingText),
    ...(report.questions.length > 0 ? ['', 'Questions on the model: the bare machine disagrees.'] : []),
    ...report.questions.flatMap(findingText),
    '',
    ...(passes.length > 0
      ? [`unexpected pass, remove from the list of deviations: ${passes.join(', ')}`]
      : []),
    ...[...report.tiers, ...report.bare].map(tierLine),
    `${verdictWord(report)}: ${report.subject}, API ${report.api}, on ${report.tiers.map(({ tier }) => tier).join(' and ') || 'the bare machine'}: ` +
      `${count('held')} rules held, ${count('broken')} broken, ${count('not exercised')} not exercised` +
      optional('deviates', 'deviate as expected') +
      optional('bare too', 'broken by the bare machine too') +
      optional('passes', 'pass unexpectedly') +
      optional('not visible', 'not visible') +
      `; seed ${report.seed}`,
  ].join('\n');
}

/** The report as JUnit XML: a test case for each rule. */
export function reportJunit(report: Report): string {
  const { subject, started, ms } = report;
  const cases = report.rules.map((rule) => ({ name: rule.id, trouble: troubleOf(report, rule) }));
  const interrupted = report.outcome === 'interrupted' ? [interruptedCase(verdictWord(report))] : [];
  return junitOf([{ name: `conform.${subject}`, ms, started, cases: [...interrupted, ...cases] }], ms);
}

function troubleOf({ findings }: Report, { id, state, says }: RuleResult): JunitTrouble | undefined {
  if (state === 'held' || state === 'passes') return undefined;
  const own = findings.filter(({ rule }) => rule === id);
  const [finding] = own;
  // Every cause has its case, its trace and its line that repeats it, whether the rule counts or not.
  const text = own.flatMap(findingText).join('\n');
  if (state !== 'broken') {
    const { deviation } = finding ?? {};
    const message = deviation ? `expected deviation: ${deviation.reason}` : state;
    return { kind: 'skipped', message, ...(text === '' ? {} : { text }) };
  }
  const message = finding ? failureMessage(finding.expected, finding.got) : says;
  return { kind: 'failure', message, text: finding ? text : says };
}
