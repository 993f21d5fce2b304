// SPDX-License-Identifier: BSD-2-Clause
/** C headers that are made: what TypeScript and C share has its one source here. */

/** `#define NAME value`, a line each. */
export const defines = (values: Readonly<Record<string, string | number>>): string[] =>
  Object.entries(values).map(([name, value]) => `#define ${name} ${value}`);

/** The header's text; `origin` is what it is made from, `includes` are standard headers. */
export function cHeader(origin: string, lines: readonly string[], includes: readonly string[] = []): string {
  return [
    '/* SPDX-License-Identifier: BSD-2-Clause */',
    `/* Made from ${origin}. */`,
    '#pragma once',
    ...includes.map((name) => `#include <${name}>`),
    '',
    ...lines,
    '',
  ].join('\n');
}
