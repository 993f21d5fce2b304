// SPDX-License-Identifier: BSD-2-Clause
/** The differences between Microkit's versions for a terminal. Versions with the same value share a line. */
import { differences } from '../microkit/differences.js';
import { type Version, versions } from '../system/versions.js';
import { columns } from './help.js';

/** `2.0.1 to 2.2.0` for neighbours, `2.0.1, 2.3.0` for others. */
function span(of: readonly Version[]): string {
  const [first] = of;
  const last = of.at(-1);
  if (first === undefined || last === undefined || first === last) return first ?? '';
  const isWhole = versions.indexOf(last) - versions.indexOf(first) === of.length - 1;
  return isWhole ? `${first} to ${last}` : of.join(', ');
}

export function differencesText(): string {
  const lines = ["Differences between Microkit's versions:"];
  let topic = '';
  for (const difference of differences) {
    if (difference.topic !== topic) lines.push('', difference.topic);
    topic = difference.topic;
    const { what, values } = difference;
    const said = [...new Set(Object.values(values))];
    const rows = said.map((value) => [span(versions.filter((one) => values[one] === value)), value] as const);
    lines.push(`  ${what}`, ...columns(rows).map((line) => `  ${line}`));
  }
  return lines.join('\n');
}
