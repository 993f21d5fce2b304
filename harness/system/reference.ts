// SPDX-License-Identifier: BSD-2-Clause
/** The page docs/vocabulary.md: every element, attribute and check, generated from the tables that the code uses. */
import { checks } from './check.js';
import type { Check } from './checks/check.js';
import { tagOf } from './element.js';
import { kinds } from './values.js';
import { defaultVersion } from './versions.js';
import type { ElementType } from './vocabulary.js';
import { type AttributeSpec, type ChildSpec, type ElementSpec, vocabulary } from './vocabulary.js';

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
const row = (...cells: string[]) => `| ${cells.map(cell).join(' | ')} |`;
const table = (heads: string[], rows: string[][]) => [
  row(...heads),
  row(...heads.map(() => '---')),
  ...rows.map((one) => row(...one)),
];

const counts = {
  one: 'exactly one',
  optional: 'at most one',
  many: 'any number',
  some: 'at least one',
  two: 'exactly two',
} as const;
const from = (since: string | undefined) => (since === undefined || since === defaultVersion ? '' : since);

function elementSection(type: ElementType): string[] {
  const { about, attributes, children }: ElementSpec = vocabulary[type];
  const where =
    type === 'child_domain' ? ' inside another' : type === 'vm_map' ? ' of a virtual machine' : '';
  const lines = [`### \`${tagOf(type)}\`${where}`, '', `${about}.`];
  const attributeRows = Object.entries<AttributeSpec>(attributes).map(([name, spec]) => {
    const until = spec.optionalSince === undefined ? '' : ` before ${spec.optionalSince}`;
    return [`\`${name}\``, spec.required ? `required${until}` : '', from(spec.since), spec.about, spec.kind];
  });
  const childRows = Object.entries<ChildSpec>(children).map(([name, { count, since }]) => [
    `\`${name}\``,
    counts[count],
    from(since),
  ]);
  if (attributeRows.length > 0)
    lines.push('', ...table(['attribute', '', 'since', 'meaning', 'form'], attributeRows));
  if (childRows.length > 0) lines.push('', ...table(['inside', 'how many', 'since'], childRows));
  return [...lines, ''];
}

const shows: Record<Check['shows'], string> = {
  tool: 'the Microkit tool refuses it',
  boot: 'the system does not boot',
  later: 'something goes wrong later',
};

/** The text of the page. */
export function referencePage(): string {
  const rows = Object.entries(checks).map(([name, { about, shows: when, since, severity }]) => [
    `\`${name}\``,
    `${about}${severity === 'warning' ? ' (a warning)' : ''}`,
    shows[when],
    from(since),
  ]);
  return `${[
    '# System descriptions: vocabulary and checks',
    '',
    '<!-- Generated from harness/system by `npm run rules`; a test compares the two. -->',
    '',
    'What Microkit reads on AArch64 and what `vmm-harness system check` refuses. "since" is the Microkit version in which',
    `that introduced it; where it is empty, ${defaultVersion} or earlier.`,
    '',
    '## Elements',
    '',
    ...(Object.keys(vocabulary) as ElementType[]).flatMap(elementSection),
    '## Forms',
    '',
    ...table(
      ['form', 'what is expected'],
      Object.entries(kinds).map(([name, { expected }]) => [name, expected]),
    ),
    '',
    '## Checks',
    '',
    'Also refused is everything that is not XML, not in the tables above, missing, or repeated too often. The third',
    'column shows how the mistake would show without the check.',
    '',
    ...table(['check', 'refuses', 'otherwise', 'since'], rows),
  ].join('\n')}\n`;
}
