// SPDX-License-Identifier: BSD-2-Clause
/** A conformance run: a map of rules and tiers, and each finding as lanes. */
import { useState } from 'preact/hooks';
import type { ConformEntry, FindingEntry, RuleEntry } from '../data.js';
import { lanesOf, type Step } from './lanes.js';
import { Command, duration, Facts, Mark, Section } from './parts.js';

/** The part of a rule's name before the point: `deliver`, `gicd`. */
const topicOf = ({ id }: RuleEntry): string => id.slice(0, id.indexOf('.'));

const className = (state: string): string => `cell ${state.replaceAll(' ', '-')}`;

function RuleMap({ entry }: { entry: ConformEntry }) {
  const [chosen, choose] = useState<RuleEntry>();
  const topics = [...new Set(entry.rules.map(topicOf))];
  const shown = entry.rules.filter(({ state }) => state !== 'not visible');
  return (
    <>
      <div class="map">
        {topics.map((topic) => {
          const rules = shown.filter((rule) => topicOf(rule) === topic);
          return rules.length === 0 ? null : (
            <div class="topic" key={topic}>
              <h4>{topic}</h4>
              {entry.tiers.map(({ tier }, index) => (
                <div class="row" key={tier}>
                  <span class="tier">{tier}</span>
                  {rules.map((rule) => {
                    const own = rule.tiers[index]?.state ?? 'not visible';
                    // Whether a break was expected is known only for the rule as a whole.
                    const state = own === 'broken' ? rule.state : own;
                    return (
                      <button
                        type="button"
                        key={rule.id}
                        class={className(state)}
                        title={`${rule.id}: ${state}`}
                        aria-label={`${rule.id} on ${tier}: ${state}`}
                        onClick={() => choose(rule)}
                      />
                    );
                  })}
                </div>
              ))}
            </div>
          );
        })}
      </div>
      <p class="legend">
        {['held', 'broken', 'deviates', 'bare too', 'not exercised', 'not visible'].map((state) => (
          <span key={state}>
            <span class={className(state)} /> {state}
          </span>
        ))}
      </p>
      {chosen === undefined ? (
        <p class="hint">Choose a cell to read its rule.</p>
      ) : (
        <div class="rule">
          <strong>{chosen.id}</strong> <Mark outcome={chosen.state} />
          <p>{chosen.says}</p>
          <Facts
            pairs={entry.tiers.map(({ tier }, index) => {
              const on = chosen.tiers[index];
              return [tier, on && `${on.state}: held ${on.held} times, broken ${on.broken} times`] as const;
            })}
          />
        </div>
      )}
    </>
  );
}

function StepRow({
  step,
  lanes,
  number,
  hasRegisters,
  last,
}: {
  step: Step;
  lanes: readonly string[];
  number: number;
  hasRegisters: boolean;
  last: boolean;
}) {
  return (
    <tr class={last ? 'failed' : ''}>
      <td class="number">{number}</td>
      {lanes.map((lane) => (
        <td key={lane} class={lane === step.lane ? 'act' : ''}>
          {lane === step.lane ? (
            <>
              <div>{step.act}</div>
              {step.seen.map((one) => (
                <div class="detail" key={one}>
                  → {one}
                </div>
              ))}
            </>
          ) : null}
        </td>
      ))}
      {hasRegisters ? (
        <td>
          {Object.entries(step.registers).map(([name, text]) => (
            <div class="detail" key={name}>
              {name}: {text}
            </div>
          ))}
        </td>
      ) : null}
    </tr>
  );
}

/** The observation of each witness. The first is the model, and those that disagree are marked. */
function Witnesses({ witnesses }: Pick<FindingEntry, 'witnesses'>) {
  const expected = witnesses[0]?.said;
  return (
    <dl>
      {witnesses.map(({ who, said }) => (
        <div key={who}>
          <dt>{who}</dt>
          <dd class={said === expected ? 'agrees' : 'differs'}>{said}</dd>
        </div>
      ))}
    </dl>
  );
}

function Finding({ finding, open }: { finding: FindingEntry; open: boolean }) {
  const { machine, lanes, steps } = lanesOf(finding.trace);
  const hasRegisters = steps.some(({ registers }) => Object.keys(registers).length > 0);
  return (
    <details class="finding" open={open}>
      <summary>
        <strong>{finding.rule}</strong> {finding.says}
      </summary>
      {finding.deviation === undefined ? null : <p class="hint">expected deviation {finding.deviation}</p>}
      <div class="scroll">
        <table class="lanes">
          <caption>on {machine}</caption>
          <thead>
            <tr>
              <th>#</th>
              {lanes.map((lane) => (
                <th key={lane}>{lane}</th>
              ))}
              {hasRegisters ? <th>list registers</th> : null}
            </tr>
          </thead>
          <tbody>
            {steps.map((step, index) => (
              <StepRow
                key={`${index}: ${step.act}`}
                step={step}
                lanes={lanes}
                number={index + 1}
                hasRegisters={hasRegisters}
                last={index === steps.length - 1}
              />
            ))}
          </tbody>
        </table>
      </div>
      <Witnesses witnesses={finding.witnesses} />
      {finding.words === undefined ? null : <pre>{finding.words}</pre>}
      <Command text={finding.repeat} />
    </details>
  );
}

/** Findings under a heading; nothing if there are none. */
function Findings({ title, findings, open }: { title: string; findings: FindingEntry[]; open: boolean }) {
  return findings.length === 0 ? null : (
    <Section title={`${title}: ${findings.length}`}>
      {findings.map((finding, index) => (
        <Finding key={finding.file} finding={finding} open={open && index === 0} />
      ))}
    </Section>
  );
}

export function ConformView({ entry }: { entry: ConformEntry }) {
  const isExpected = ({ deviation }: FindingEntry) => deviation !== undefined;
  const expected = entry.findings.filter(isExpected);
  const others = entry.findings.filter((finding) => !isExpected(finding));
  return (
    <article>
      <h2>
        <Mark outcome={entry.outcome} /> {entry.name}
      </h2>
      <Findings title="Findings" findings={others} open={true} />
      <Section title="Rules">
        <RuleMap entry={entry} />
      </Section>
      <Findings title="Expected deviations" findings={expected} open={false} />
      <Findings
        title="Questions about the model: the bare machine behaves differently"
        findings={entry.questions}
        open={false}
      />
      <Section title="Repeat">
        <Command text={entry.repeat} />
      </Section>
      <Section title="Tiers">
        <table>
          <tbody>
            {entry.tiers.map(({ tier, on, cases, steps, ms }) => (
              <tr key={tier}>
                <th>{tier}</th>
                <td>{on}</td>
                <td class="number">{cases} cases</td>
                <td class="number">{steps} steps</td>
                <td class="number">{duration(ms)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Section>
    </article>
  );
}
