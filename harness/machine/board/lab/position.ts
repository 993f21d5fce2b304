// SPDX-License-Identifier: BSD-2-Clause
/** Where in a TOML text a key stands. The parser does not tell, but it can be asked about the text's beginnings. */
import { parse } from 'smol-toml';

export type Path = readonly string[];

/** Lines and columns from 1. */
export interface Position {
  line: number;
  column: number;
}

function holds(table: unknown, path: Path): boolean {
  let value = table;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return false;
    value = (value as Record<string, unknown>)[key];
  }
  return true;
}

/** The document's beginning of `count` lines, parsed; undefined when it ends inside a value. */
function beginning(lines: readonly string[], count: number): unknown {
  try {
    return parse(lines.slice(0, count).join('\n'));
  } catch {
    return undefined;
  }
}

/**
 * The place of a key in a text that is valid TOML: the first beginning of whole lines that has it ends with the key's
 * lines, and the last one before that which can be parsed ends in front of them.
 */
export function positionOf(text: string, path: Path): Position {
  const lines = text.split('\n');
  let from = 0;
  for (let count = 1; count <= lines.length; count += 1) {
    const table = beginning(lines, count);
    if (table === undefined) continue;
    if (!holds(table, path)) {
      from = count;
      continue;
    }
    const key = path.at(-1) ?? '';
    const column = (line: string) =>
      new RegExp(`(?<![\\w-])${key.replace(/\W/g, '\\$&')}(?![\\w-])`).exec(line)?.index;
    const line = lines.findIndex((one, index) => index >= from && index < count && column(one) !== undefined);
    return line < 0
      ? { line: from + 1, column: 1 }
      : { line: line + 1, column: (column(lines[line] ?? '') ?? 0) + 1 };
  }
  return { line: 1, column: 1 };
}
