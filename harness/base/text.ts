// SPDX-License-Identifier: BSD-2-Clause
/** Small texts that many write: numbers in hex, tables, what XML needs. */

/** `0x40000000` */
export const hex = (value: number | bigint): string => `0x${value.toString(16)}`;

export interface ColumnsStyle {
  /** Spaces in front of each row. */
  indent?: number;
  /** Columns of numbers: they end at the same place. */
  right?: readonly number[];
}

/** Rows as lines: columns as wide as their widest cell, two spaces apart, no space at the end. */
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

/** Text for an element of XML, or for an attribute in double quotes. */
export const escapeXml = (text: string): string =>
  text.replace(/[&<>"]/g, (letter) => references[letter] ?? letter);
