// SPDX-License-Identifier: BSD-2-Clause
/** Reads a console by lines, counts them, and looks for the death of somebody on the machine. */
import { deadMarkers, type Marker } from './markers.js';

/** Somebody is dead: which marker said so, on which line, with that line and those that explain it. */
export interface Death {
  marker: Marker;
  line: number;
  lastWords: readonly string[];
}

/** Milliseconds in which the lines after a dead marker still count to its last words. */
const usualListening = 300;
/** How many lines of them are kept, the marker's own included. */
const keptLines = 4;
/** Characters of a line that count: of a longer one the end. What looks for markers takes the square of that at worst. */
const keptLine = 1 << 12;
// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal escapes are what is taken off here
const escapes = /\x1b\[[0-9;?]*[a-zA-Z]|\r/g;

export class LineWatch {
  /** The first, from the end of its line on. */
  death: Death | undefined;
  #partial = '';
  #lastLine = '';
  readonly #lastWords: string[] = [];
  readonly #onDeath: (death: Death) => void;
  readonly #markers: readonly Marker[];
  readonly #listening: number;

  /** `number` is the line that is being written, from 1; `onDeath` is told of the first death only. */
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

  /** The end of the last text that was no empty line, without terminal escapes. */
  get last(): string {
    return (this.#partial.replace(escapes, '').trim() || this.#lastLine).slice(-200);
  }

  /** Takes what has arrived. A marker counts when its line has ended. */
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
