// SPDX-License-Identifier: BSD-2-Clause
/** Help texts, from the commands' tables. */
import { columns as inColumns } from '../base/text.js';
import type { Command, Family } from './command.js';
import { commonOptions } from './option-tables.js';

/** Lines in columns, indented by two. */
export const columns = (rows: readonly (readonly string[])[]) => inColumns(rows, { indent: 2 });

/** The help of one command. */
export function commandHelp(command: Command): string {
  const positionals = command.positionals ?? [];
  const words = positionals.map(({ name, optional }) => (optional ? `[${name}]` : name));
  const options = Object.entries({ ...commonOptions, ...command.options }).map(
    ([name, { short, value, about }]) =>
      [`${short ? `-${short}, ` : ''}--${name}${value ? ` ${value}` : ''}`, about] as const,
  );
  return [
    `${['vmm-harness', command.name, ...words, '[options]'].join(' ')}: ${command.summary}`,
    '',
    ...(positionals.length > 0 ? [...columns(positionals.map(({ name, about }) => [name, about])), ''] : []),
    ...columns(options),
    '',
    `Example: ${command.example}`,
  ].join('\n');
}

/** The help of a family. */
export function familyHelp({ name, summary, members }: Family): string {
  const rows = Object.entries(members).map(([word, member]) => [word, member.summary] as const);
  return [
    `vmm-harness ${name} COMMAND [options]: ${summary}`,
    '',
    ...columns(rows),
    '',
    `Example: ${Object.values(members)[0]?.example}`,
  ].join('\n');
}
