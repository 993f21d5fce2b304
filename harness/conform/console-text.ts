// SPDX-License-Identifier: BSD-2-Clause
/** What is printed on a target's line besides the link's frames: the last of it, and whether somebody is dead. */
import { LineWatch } from '../machine/line-watch.js';
import { deadMarkers } from '../machine/markers.js';

/** Characters that are kept for a report. */
const kept = 4_000;
/** Milliseconds for the lines with which a death is explained. */
const reportTime = 100;
/** No guest of a conformance run prints anything. */
const markers = deadMarkers.filter(({ ends }) => ends !== 'guest');

export class ConsoleText {
  #text = '';
  readonly #lines: LineWatch;

  /** `onDeath` is called once, when the one who reports a death had time for the rest of its report. */
  constructor(onDeath: () => void = () => {}) {
    this.#lines = new LineWatch(1, onDeath, markers, reportTime);
  }

  add(bytes: Uint8Array): void {
    const text = Buffer.from(bytes).toString('latin1');
    this.#lines.read(text);
    this.#text = (this.#text + text).slice(-kept);
  }

  /** `vmm`: a protection domain; `target`: what it runs on. Nothing when nobody said so. */
  dead(): 'vmm' | 'target' | undefined {
    const { death } = this.#lines;
    if (death === undefined) return undefined;
    return death.marker.ends === 'domain' ? 'vmm' : 'target';
  }

  text(): string {
    return this.#text.trim();
  }
}
