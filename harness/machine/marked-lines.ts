// SPDX-License-Identifier: BSD-2-Clause
/**
 * One console that several guests share: what each of them prints begins with a mark, on every line. Each gets a stream of
 * its own, with its text without the marks; a line that does not begin with one belongs to nobody.
 */
import { Duplex } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

export interface Mark {
  name: string;
  /** What a line of it begins with. */
  prefix: string | RegExp;
  /** Typed before each input, so that it reaches this guest. */
  select?: string | undefined;
}

interface Lane extends Mark {
  stream: Duplex;
}

/** Characters of a line that has no mark yet; of a longer one the rest is nobody's. */
const longestUnknown = 4096;

export class MarkedLines {
  readonly #lanes: readonly Lane[];
  readonly #decoder = new StringDecoder('utf8');
  /** The beginning of a line that has no mark so far. */
  #unknown = '';
  /** Whose line it is; null: nobody's. */
  #owner: Lane | null | undefined;

  /** Takes what arrives from now on. */
  constructor(stream: Duplex, marks: readonly Mark[]) {
    this.#lanes = marks.map((mark) => ({ ...mark, stream: lane(stream, mark.select ?? '') }));
    stream.on('data', (chunk: Buffer) => this.#take(this.#decoder.write(chunk)));
    stream.on('close', () => {
      for (const one of this.#lanes) one.stream.destroy();
    });
  }

  /** The stream of a guest. Throws RangeError for a name that is not marked. */
  of(name: string): Duplex {
    const found = this.#lanes.find((one) => one.name === name);
    if (found === undefined) throw new RangeError(`no guest ${name}`);
    return found.stream;
  }

  #take(text: string): void {
    let rest = text;
    while (rest !== '') {
      const end = rest.indexOf('\n');
      const piece = end < 0 ? rest : rest.slice(0, end + 1);
      rest = rest.slice(piece.length);
      this.#piece(piece);
      if (end < 0) continue;
      this.#owner = undefined;
      this.#unknown = '';
    }
  }

  /** A piece of one line; its newline is its last character. */
  #piece(piece: string): void {
    if (this.#owner !== undefined) {
      this.#divide(piece);
      return;
    }
    this.#unknown += piece;
    const found = this.#firstMark(this.#unknown.slice(0, longestUnknown));
    if (found?.index === 0) this.#divide(this.#unknown);
    else if (this.#unknown.length > longestUnknown) this.#owner = null;
  }

  /** Gives the text to its owners: a mark in the middle of a line is another's who interrupts it, as after a prompt. */
  #divide(text: string): void {
    for (let rest = text; rest !== ''; ) {
      const found = this.#firstMark(rest);
      const own = rest.slice(0, found?.index ?? rest.length);
      if (own !== '') this.#owner?.stream.push(own);
      if (found === undefined) return;
      this.#owner = found.lane;
      rest = rest.slice(found.index + found.length);
    }
  }

  /** The first mark in `text`. */
  #firstMark(text: string): { lane: Lane; index: number; length: number } | undefined {
    let first: { lane: Lane; index: number; length: number } | undefined;
    for (const one of this.#lanes) {
      const { index, length } = find(one.prefix, text);
      if (length > 0 && (first === undefined || index < first.index)) first = { lane: one, index, length };
    }
    return first;
  }
}

/** Where a mark is in `text`; of length 0 when it is not. */
function find(prefix: string | RegExp, text: string): { index: number; length: number } {
  if (typeof prefix !== 'string') {
    const match = prefix.exec(text);
    return { index: match?.index ?? -1, length: match?.[0].length ?? 0 };
  }
  const index = text.indexOf(prefix);
  return { index, length: index < 0 ? 0 : prefix.length };
}

const lane = (to: Duplex, select: string): Duplex =>
  new Duplex({
    read() {},
    write(chunk: Buffer, _, done) {
      to.write(Buffer.concat([Buffer.from(select), chunk]), done);
    },
  });
