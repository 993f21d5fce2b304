// SPDX-License-Identifier: BSD-2-Clause
import type { Place } from './mistake.js';

/** A text that was read from a file, with the line and column of each of its characters. */
export class Source {
  private lines: number[] | undefined;

  constructor(
    readonly file: string,
    readonly text: string,
  ) {}

  /** Line and column (in characters, both from 1) of an offset in UTF-16 units. */
  place(offset: number): Place {
    const starts = this.lineStarts();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    const before = this.text.slice(starts[low], offset);
    return { file: this.file, line: low + 1, column: [...before].length + 1 };
  }

  /** Offset of a line and column, both from 1; a column beyond the line's end is its end. */
  offset(line: number, column = 1): number {
    const starts = this.lineStarts();
    const start = starts[line - 1] ?? 0;
    const end = starts[line] ?? this.text.length;
    return Math.min(start + Math.max(column, 1) - 1, end);
  }

  private lineStarts(): number[] {
    if (this.lines === undefined) {
      this.lines = [0];
      for (const { index, 0: newline } of this.text.matchAll(/\r\n|\n|\r/g))
        this.lines.push(index + newline.length);
    }
    return this.lines;
  }
}
