// SPDX-License-Identifier: BSD-2-Clause
/** The text on a target's line between the frames: its end is kept, and watched for reports of a death. */

import { startedMarkers } from '../machine/board/uboot/markers.js';
import { LineWatch } from '../machine/line-watch.js';
import type { Marker } from '../machine/markers.js';

/** Characters that are kept for a report. */
const kept = 4_000;
/** Milliseconds to wait for the rest of a report after its first line. */
const reportTime = 100;
/** Messages of failed assertions: of sDDF and au-ts/libvmm, of libmicrokit, and of a hosted C library. */
const assertion = /Failed assertion '.*' at .*|assert failed: .*|(?<!\S)\S+:\d+: .*Assertion .* failed\.?/;

/** The message of a failed assertion, without a prefix of its line. */
export const assertionOf = (text: string): string | undefined => assertion.exec(text)?.[0];

const means = 'an assertion of the library does not hold';
/** With those of a board that was reset. No guest of a conformance run prints anything. */
const markers: readonly Marker[] = [
  { who: 'VMM', ends: 'domain', line: assertion, means },
  ...startedMarkers.filter(({ ends }) => ends !== 'guest'),
];

export class ConsoleText {
  #text = '';
  readonly #lines: LineWatch;

  /** @param onDeath called once after a report of a death, when there was time for the rest of the report */
  constructor(onDeath: () => void = () => {}) {
    this.#lines = new LineWatch(1, onDeath, markers, reportTime);
  }

  add(bytes: Uint8Array): void {
    const text = Buffer.from(bytes).toString('latin1');
    this.#lines.read(text);
    this.#text = (this.#text + text).slice(-kept);
  }

  /** What has died: `vmm`, a protection domain; `target`, the kernel or machine below. `undefined` without a report. */
  dead(): 'vmm' | 'target' | undefined {
    const { death } = this.#lines;
    if (death === undefined) return undefined;
    return death.marker.ends === 'domain' ? 'vmm' : 'target';
  }

  text(): string {
    return this.#text.trim();
  }
}
