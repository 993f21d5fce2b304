// SPDX-License-Identifier: BSD-2-Clause
/**
 * The place of each key in a TOML 1.0 text that has already been parsed and is known to be valid. The text is scanned
 * again because the parser does not report places.
 */

/** Keys, and indices in arrays from 0, from the document's root. */
export type TomlPath = readonly (string | number)[];

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

const nameOf = (path: TomlPath) => JSON.stringify(path);

class Walker {
  readonly found = new Map<string, number>();
  /** Arrays of tables: the number of tables in each so far. */
  readonly #tables = new Map<string, number>();
  #at = 0;

  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** Each line is a table header or a key/value pair. */
  document(): void {
    let table: TomlPath = [];
    for (;;) {
      this.#take(blank);
      if (this.#at >= this.#text.length) return;
      const before = this.#at;
      if (this.#text[this.#at] === '[') table = this.#header();
      else this.#pair(table);
      // Stops at text that is not TOML.
      if (this.#at === before) return;
    }
  }

  #header(): TomlPath {
    const start = this.#at;
    const isArray = this.#take(/\[\[?/y) === '[[';
    const keys = this.#names();
    this.#take(/[ \t]*\]\]?/y);
    const path: (string | number)[] = [];
    for (const [index, { name, at }] of keys.entries()) {
      path.push(name);
      this.#note(path, at);
      const array = nameOf(path);
      const isNew = isArray && index === keys.length - 1;
      const count = (this.#tables.get(array) ?? 0) + (isNew ? 1 : 0);
      if (count === 0) continue;
      this.#tables.set(array, count);
      path.push(count - 1);
      if (isNew) this.#note(path, start);
    }
    return path;
  }

  /** Records the first occurrence of a key. */
  #note(path: TomlPath, at: number): void {
    const key = nameOf(path);
    if (!this.found.has(key)) this.found.set(key, at);
  }

  #pair(table: TomlPath): void {
    const path = this.#keys(table);
    this.#take(/[ \t]*=[ \t]*/y);
    this.#value(path);
  }

  /** A dotted key, below `table`. */
  #keys(table: TomlPath): TomlPath {
    const path = [...table];
    for (const { name, at } of this.#names()) {
      path.push(name);
      this.#note(path, at);
    }
    return path;
  }

  #names(): { name: string; at: number }[] {
    const names: { name: string; at: number }[] = [];
    for (;;) {
      this.#take(space);
      const at = this.#at;
      const name = this.#name();
      if (name === undefined) return names;
      names.push({ name, at });
      this.#take(space);
      if (this.#text[this.#at] !== '.') return names;
      this.#at++;
    }
  }

  #name(): string | undefined {
    const quote = this.#text[this.#at];
    if (quote !== '"' && quote !== "'") return this.#take(bareKey);
    const quoted = this.#string(quote);
    return quote === '"' ? unescaped(quoted) : quoted.slice(1, -1);
  }

  #value(path: TomlPath): void {
    const first = this.#text[this.#at];
    if (first === '[') this.#list(path);
    else if (first === '{') this.#inlineTable(path);
    else if (first === '"' || first === "'") this.#string(first);
    else this.#take(plain);
  }

  /** A string on one line, or between triple quotes on several. Returns it with its quotes. */
  #string(quote: string): string {
    const start = this.#at;
    const long = this.#text.startsWith(quote.repeat(3), start);
    for (this.#at += long ? 3 : 1; this.#at < this.#text.length; this.#at++) {
      if (quote === '"' && this.#text[this.#at] === '\\') this.#at++;
      else if (this.#text.startsWith(long ? quote.repeat(3) : quote, this.#at)) {
        // Up to two quotes may precede the three that end it.
        this.#take(long ? /["']{3,5}/y : /["']/y);
        break;
      }
    }
    return this.#text.slice(start, this.#at);
  }

  #list(path: TomlPath): void {
    this.#at++;
    for (let index = 0; ; ) {
      this.#take(blank);
      const before = this.#at;
      if (this.#text[this.#at] === ',') this.#at++;
      else if (this.#take(/\]/y) !== undefined) return;
      else {
        const element = [...path, index++];
        this.#note(element, before);
        this.#value(element);
      }
      if (this.#at === before) return;
    }
  }

  #inlineTable(path: TomlPath): void {
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

  /** Matches a sticky pattern here and advances past the match. */
  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }
}

/** The text of a quoted key. TOML's escapes are those of JSON, except \U and \e. */
function unescaped(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted.slice(1, -1);
  }
}

/**
 * The places of the keys of a text that is valid TOML. A key that is absent has the place of the nearest enclosing
 * table in the text, or 1:1 if there is none.
 */
export function placesOf(text: string): (path: TomlPath) => Position {
  const walker = new Walker(text);
  walker.document();
  const { found } = walker;
  const lines = [0];
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) lines.push(end + 1);
  const positionOf = (at: number): Position => {
    let low = 0;
    for (let high = lines.length - 1; low < high; ) {
      const middle = (low + high + 1) >> 1;
      if ((lines[middle] ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: at - (lines[low] ?? 0) + 1 };
  };
  return (path) => {
    for (let length = path.length; length > 0; length--) {
      const at = found.get(nameOf(path.slice(0, length)));
      if (at !== undefined) return positionOf(at);
    }
    return positionOf(0);
  };
}
