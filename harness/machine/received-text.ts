// SPDX-License-Identifier: BSD-2-Clause
/**
 * The text that a machine has sent and nobody has consumed. New text is searched together with the little text before
 * it in which a match may begin; the rest is not searched again, so that each byte of a flooding machine costs the
 * same.
 */

/** Where a pattern was found: the number of characters before it, and the matching text. */
export interface Found {
  index: number;
  text: string;
  groups: string[];
}

/** Characters to keep. When a machine sends more unread text, the oldest is dropped. */
const kept = 1 << 20;
/** Characters of the longest match that is found when it arrives in pieces. */
const reach = 1 << 14;

export class ReceivedText {
  /** Text in which no match of new text begins. */
  #old = '';
  #recent = '';

  /** `line` is the line of the log in which the text begins, from 1. */
  constructor(public line: number) {}

  append(text: string): void {
    this.#recent += text;
    if (this.#recent.length > 2 * reach) {
      this.#old += this.#recent.slice(0, -reach);
      this.#recent = this.#recent.slice(-reach);
    }
    if (this.#old.length > 2 * kept) this.take(this.#old.length - kept);
  }

  /** Searches everything. */
  find(pattern: string | RegExp): Found | undefined {
    return foundIn(this.#old + this.#recent, pattern, 0);
  }

  /** Searches where {@link find} has not searched since `text`, the text to append, arrived. */
  findWith(text: string, pattern: string | RegExp): Found | undefined {
    const isBegin = this.#old === '';
    const found = foundIn(this.#recent + text, pattern, isBegin ? 0 : 1);
    return found && { ...found, index: this.#old.length + found.index };
  }

  /** Removes `length` characters from the beginning and returns them. */
  take(length = Number.POSITIVE_INFINITY): string {
    const text = this.#old + this.#recent;
    const taken = text.slice(0, length);
    this.#old = text.slice(length, -reach);
    this.#recent = text.slice(Math.max(length, text.length - reach));
    this.line += taken.split('\n').length - 1;
    return taken;
  }
}

/**
 * Searches from an index on. `^` matches only the beginning of `text`, which is not the beginning of all text when
 * `from` is not 0.
 */
function foundIn(text: string, pattern: string | RegExp, from: number): Found | undefined {
  if (typeof pattern === 'string') {
    const index = text.indexOf(pattern);
    return index < 0 ? undefined : { index, text: pattern, groups: [] };
  }
  const search = new RegExp(pattern, `${pattern.flags}g`);
  search.lastIndex = from;
  const match = search.exec(text);
  return match
    ? { index: match.index, text: match[0], groups: match.slice(1).map((group) => group ?? '') }
    : undefined;
}
