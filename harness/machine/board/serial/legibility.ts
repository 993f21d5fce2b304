// SPDX-License-Identifier: BSD-2-Clause
/** Whether what a line brings is text: at a wrong baud rate it is not. */

/** Fewer bytes than this are no evidence: a line that is being plugged in brings a few of any kind. */
const evidence = 24;
/** Of real consoles' bytes hardly one in a hundred is no text. */
const unreadable = 0.25;
/** Only the newest bytes count: firmware before U-Boot may speak at a rate of its own. */
const kept = 512;

/** BEL to CR, ESC and what prints. */
const isText = (byte: number) =>
  (byte >= 0x07 && byte <= 0x0d) || byte === 0x1b || (byte >= 0x20 && byte < 0x7f);

export class Legibility {
  #newest = Buffer.alloc(0);

  add(bytes: Buffer): void {
    this.#newest = Buffer.concat([this.#newest, bytes.subarray(-kept)]).subarray(-kept);
  }

  /** Share of the newest bytes that are no text, 0 to 1. */
  get share(): number {
    const strange = this.#newest.reduce((sum, byte) => sum + (isText(byte) ? 0 : 1), 0);
    return this.#newest.length === 0 ? 0 : strange / this.#newest.length;
  }

  get isGarbage(): boolean {
    return this.#newest.length >= evidence && this.share > unreadable;
  }

  /** `83 % of the last 312 bytes are no text`. */
  get words(): string {
    return `${Math.round(this.share * 100)} % of the last ${this.#newest.length} bytes are no text`;
  }

  reset(): void {
    this.#newest = Buffer.alloc(0);
  }
}
