// SPDX-License-Identifier: BSD-2-Clause
/** Reads a console line by line, counts the lines, and looks for signs that somebody on the machine has died. */
import { deadMarkers, type Marker } from './markers.js';

/** A death: the marker, its line number, and the line with those that explain it. */
export interface Death {
  marker: Marker;
  line: number;
  lastWords: readonly string[];
}

/** Milliseconds in which lines after a dead marker still belong to its explanation. */
const usualListening = 300;
/** How many of these lines are kept, including the marker's own. */
const keptLines = 4;
/**
 * Number of characters of a line to keep: of a longer line its end. The search for markers takes quadratic time in it
 * at worst.
 */
const keptLine = 1 << 12;
// biome-ignore lint/suspicious/noControlCharactersInRegex: removes terminal escapes
const escapes = /\x1b\[[0-9;?]*[a-zA-Z]|\r/g;

export class LineWatch {
  /** The first death, once its line has ended. */
  death: Death | undefined;
  #partial = '';
  #lastLine = '';
  readonly #lastWords: string[] = [];
  readonly #onDeath: (death: Death) => void;
  readonly #markers: readonly Marker[];
  readonly #listening: number;

  /** `number` is the line that is being written, from 1; `onDeath` is called only for the first death. */
  constructor(
    public number: number,
    onDeath: (death: Death) => void,
    markers: readonly Marker[] = deadMarkers,
    listening = usualListening,
  ) {
    this.#listening = listening;
    this.#onDeath = onDeath;
    this.#markers = markers;
  }

  /** The end of the last non-empty text, without terminal escapes. */
  get last(): string {
    return (this.#partial.replace(escapes, '').trim() || this.#lastLine).slice(-200);
  }

  /** Takes new input. A marker counts when its line has ended. */
  read(text: string): void {
    const lines = text.split('\n');
    lines[0] = this.#partial + (lines[0] ?? '');
    this.#partial = (lines.pop() ?? '').slice(-keptLine);
    for (const raw of lines) {
      const line = raw.slice(-keptLine).replace(escapes, '');
      if (line.trim() !== '') this.#lastLine = line;
      if (this.death === undefined) this.#lookForDeath(line);
      else if (this.#lastWords.length < keptLines) this.#lastWords.push(line.trim());
      this.number += 1;
    }
  }

  #lookForDeath(text: string): void {
    const marker = this.#markers.find((one) => one.line.test(text));
    if (!marker) return;
    this.#lastWords.push(text.trim());
    const death = { marker, line: this.number, lastWords: this.#lastWords };
    this.death = death;
    setTimeout(() => this.#onDeath(death), this.#listening);
  }
}
