// SPDX-License-Identifier: BSD-2-Clause
import type { Place } from './mistake.js';

/** Whether the unit at an offset ends a line. A two-character line end ends at its second character. */
function isLineEnd(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit === 0x0a || (unit === 0x0d && text.charCodeAt(at + 1) !== 0x0a);
}

/** Whether the unit at an offset is the second half of a character. */
const isSecondOfPair = (text: string, at: number) => (text.charCodeAt(at) & 0xfc00) === 0xdc00;

/**
 * The offsets after all units that end something. They are counted first, because a text may consist entirely of line
 * ends.
 */
function endsOf(text: string, ends: (text: string, at: number) => boolean): Uint32Array {
  let count = 0;
  for (let at = 0; at < text.length; at++) if (ends(text, at)) count++;
  const offsets = new Uint32Array(count);
  for (let at = 0, next = 0; next < count; at++) if (ends(text, at)) offsets[next++] = at + 1;
  return offsets;
}

/** How many of the sorted `numbers` are at most `limit`. */
function countUpTo(numbers: Uint32Array, limit: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A text that was read from a file, with the line and column of each of its characters. */
export class Source {
  #lines: Uint32Array | undefined;
  #pairs: Uint32Array | undefined;

  constructor(
    readonly file: string,
    readonly text: string,
  ) {}

  /** Line and column (in characters, both from 1) of an offset in UTF-16 units. */
  place(offset: number): Place {
    this.#lines ??= endsOf(this.text, isLineEnd);
    this.#pairs ??= endsOf(this.text, isSecondOfPair);
    const line = countUpTo(this.#lines, offset);
    const start = this.#lines[line - 1] ?? 0;
    // A character of two units is one column.
    const pairs = countUpTo(this.#pairs, offset) - countUpTo(this.#pairs, start);
    return { file: this.file, line: line + 1, column: offset - start - pairs + 1 };
  }
}
