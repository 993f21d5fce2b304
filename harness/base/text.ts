// SPDX-License-Identifier: BSD-2-Clause
/** Small texts that many modules write: hexadecimal numbers, tables, escaped XML. */

/** `12.3 s`, of milliseconds. */
export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** `0x40000000` */
export const hex = (value: number | bigint): string => `0x${value.toString(16)}`;

export interface ColumnsStyle {
  /** Spaces in front of each row. */
  indent?: number;
  /** Columns that are aligned to the right, for numbers. */
  right?: readonly number[];
}

/**
 * Formats rows as lines. Each column is as wide as its widest cell, columns are two spaces apart, and no line ends in a
 * space.
 */
export function columns(rows: readonly (readonly string[])[], { indent = 0, right = [] }: ColumnsStyle = {}) {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return right.includes(column) ? cell.padStart(width) : cell.padEnd(width);
    });
  return rows.map((row) => `${' '.repeat(indent)}${line(row).join('  ')}`.trimEnd());
}

const references: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Escapes text for an XML element or for an attribute in double quotes. */
export const escapeXml = (text: string): string =>
  text.replace(/[&<>"]/g, (letter) => references[letter] ?? letter);
