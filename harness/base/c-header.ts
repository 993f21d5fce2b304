// SPDX-License-Identifier: BSD-2-Clause
/** Generated C headers. What TypeScript and C share has its only source here. */

/** One line `#define NAME value` for each entry. */
export const defines = (values: Readonly<Record<string, string | number>>): string[] =>
  Object.entries(values).map(([name, value]) => `#define ${name} ${value}`);

/** The text of the header. `origin` names its source; `includes` are standard headers. */
export function cHeader(origin: string, lines: readonly string[], includes: readonly string[] = []): string {
  return [
    '/* SPDX-License-Identifier: BSD-2-Clause */',
    `/* Generated from ${origin}. */`,
    '#pragma once',
    ...includes.map((name) => `#include <${name}>`),
    '',
    ...lines,
    '',
  ].join('\n');
}
