// SPDX-License-Identifier: BSD-2-Clause
/** Makes the page of all rules, `docs/rules.md`, from their definitions. */
import type { Rule, Source } from './rule.js';
import { allRules } from './rules.js';
import { type SentenceId, sentences } from './sentences.js';

const cell = (text: string): string => text.replaceAll('|', '\\|');

function sourceText(source: Source): string {
  return 'api' in source ? `API ${source.api}` : `${source.document}, ${source.section}`;
}

/** Rules that have a sentence as their source. */
export function rulesOf(sentence: SentenceId): Rule[] {
  return allRules.filter((rule) => rule.from.some((source) => 'api' in source && source.api === sentence));
}

/** The page as Markdown. */
export function rulesPage(): string {
  const lines = [
    '# Rules',
    '',
    '<!-- Made from harness/model by `npm run rules`; a test compares the two. -->',
    '',
    'The claims of the reference model, each with its source. `IHI 0048B` is the Arm GIC architecture, version 2.0;',
    '`IHI 0069` versions 3 and 4; `DDI 0487` the Arm architecture; `DEN 0022` PSCI; `DEN 0028` the SMC calling convention;',
    '`API` the libvmm API text, whose sentences are listed below. [model.md](model.md) explains how the model follows an',
    'interrupt.',
    '',
    '## The sentences of the API text',
    '',
    '| sentence | text | rules |',
    '|---|---|---|',
  ];
  for (const [id, text] of Object.entries(sentences) as [SentenceId, string][]) {
    const rules = rulesOf(id).map((rule) => `\`${rule.id}\``);
    lines.push(`| ${id} | ${cell(text)} | ${rules.join(' ')} |`);
  }
  const topics = new Set(allRules.map(({ id }) => id.slice(0, id.indexOf('.'))));
  for (const topic of topics) {
    lines.push(
      '',
      `## ${topic}`,
      '',
      '| rule | says | source | chosen where the source leaves it open |',
      '|---|---|---|---|',
    );
    for (const rule of allRules.filter(({ id }) => id.startsWith(`${topic}.`))) {
      const sources = rule.from.map(sourceText).join('; ');
      lines.push(`| \`${rule.id}\` | ${cell(rule.says)} | ${cell(sources)} | ${cell(rule.choice ?? '')} |`);
    }
  }
  return `${lines.join('\n')}\n`;
}
