// SPDX-License-Identifier: BSD-2-Clause
/**
 * Where in a TOML text each key stands: TOML 1.0. The text has been parsed before, so it is known to be right; it is walked once
 * for the places, which the parser does not tell.
 */
export type Path = readonly string[];

/** Lines and columns from 1. */
export interface Position {
  line: number;
  column: number;
}

const space = /[ \t]*/y;
const blank = /(?:[ \t\r\n]|#[^\n]*)*/y;
const bareKey = /[A-Za-z0-9_-]+/y;
/** A number, a date, true or false. */
const plain = /[^\s,\]}#]+/y;

const keyOf = (path: Path) => JSON.stringify(path);

class Walker {
  readonly found = new Map<string, number>();
  #at = 0;

  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** A table header or a pair on each line. */
  document(): void {
    let table: string[] = [];
    for (;;) {
      this.#take(blank);
      if (this.#at >= this.#text.length) return;
      const before = this.#at;
      if (this.#text[this.#at] === '[') table = this.#header();
      else this.#pair(table);
      // What is no TOML is not walked.
      if (this.#at === before) return;
    }
  }

  #header(): string[] {
    this.#take(/\[\[?/y);
    const path = this.#keys([]);
    this.#take(/[ \t]*\]\]?/y);
    return path;
  }

  #pair(table: Path): void {
    const path = this.#keys(table);
    this.#take(/[ \t]*=[ \t]*/y);
    this.#value(path);
  }

  /** A key with its dots; the place of each part is that of its first mention. */
  #keys(table: Path): string[] {
    const path = [...table];
    for (;;) {
      this.#take(space);
      const start = this.#at;
      const name = this.#name();
      if (name === undefined) return path;
      path.push(name);
      const key = keyOf(path);
      if (!this.found.has(key)) this.found.set(key, start);
      this.#take(space);
      if (this.#text[this.#at] !== '.') return path;
      this.#at++;
    }
  }

  #name(): string | undefined {
    const quote = this.#text[this.#at];
    if (quote !== '"' && quote !== "'") return this.#take(bareKey);
    const quoted = this.#string(quote);
    return quote === '"' ? unescaped(quoted) : quoted.slice(1, -1);
  }

  #value(path: Path): void {
    const first = this.#text[this.#at];
    if (first === '[') this.#list(path);
    else if (first === '{') this.#inlineTable(path);
    else if (first === '"' || first === "'") this.#string(first);
    else this.#take(plain);
  }

  /** A string of one line or, between three quotes, of several; gives it with its quotes. */
  #string(quote: string): string {
    const start = this.#at;
    const long = this.#text.startsWith(quote.repeat(3), start);
    for (this.#at += long ? 3 : 1; this.#at < this.#text.length; this.#at++) {
      if (quote === '"' && this.#text[this.#at] === '\\') this.#at++;
      else if (this.#text.startsWith(long ? quote.repeat(3) : quote, this.#at)) {
        // Up to two quotes may stand before the three that end it.
        this.#take(long ? /["']{3,5}/y : /["']/y);
        break;
      }
    }
    return this.#text.slice(start, this.#at);
  }

  #list(path: Path): void {
    this.#at++;
    for (;;) {
      this.#take(blank);
      const before = this.#at;
      if (this.#text[this.#at] === ',') this.#at++;
      else if (this.#take(/\]/y) !== undefined) return;
      else this.#value(path);
      if (this.#at === before) return;
    }
  }

  #inlineTable(path: Path): void {
    this.#at++;
    for (;;) {
      this.#take(blank);
      const before = this.#at;
      if (this.#text[this.#at] === ',') this.#at++;
      else if (this.#take(/\}/y) !== undefined) return;
      else this.#pair(path);
      if (this.#at === before) return;
    }
  }

  /** What a sticky pattern finds here; goes behind it. */
  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }
}

/** The text of a quoted key: TOML's escapes are JSON's, but for \U and \e. */
function unescaped(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return quoted.slice(1, -1);
  }
}

/** The places of the keys of a text that is valid TOML; a key that is not there has the first one. */
export function placesOf(text: string): (path: Path) => Position {
  const walker = new Walker(text);
  walker.document();
  const { found } = walker;
  const lines = [0];
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) lines.push(end + 1);
  return (path) => {
    const at = found.get(keyOf(path)) ?? 0;
    let low = 0;
    for (let high = lines.length - 1; low < high; ) {
      const middle = (low + high + 1) >> 1;
      if ((lines[middle] ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: at - (lines[low] ?? 0) + 1 };
  };
}
