// SPDX-License-Identifier: BSD-2-Clause
/** Whether the bytes from a line are text. At a wrong baud rate they are not. */

/** Fewer bytes than this are no evidence: a line that is being plugged in produces a few of any kind. */
const evidence = 24;
/** On real consoles hardly one byte in a hundred is not text. */
const unreadable = 0.25;
/** Only the newest bytes count, because firmware before U-Boot may use another rate. */
const kept = 512;

/** BEL to CR, ESC, and printable characters. */
const isText = (byte: number) =>
  (byte >= 0x07 && byte <= 0x0d) || byte === 0x1b || (byte >= 0x20 && byte < 0x7f);

export class Legibility {
  #newest = Buffer.alloc(0);

  add(bytes: Buffer): void {
    this.#newest = Buffer.concat([this.#newest, bytes.subarray(-kept)]).subarray(-kept);
  }

  /** Fraction of the newest bytes that are not text, 0 to 1. */
  get share(): number {
    const strange = this.#newest.reduce((sum, byte) => sum + (isText(byte) ? 0 : 1), 0);
    return this.#newest.length === 0 ? 0 : strange / this.#newest.length;
  }

  get isGarbage(): boolean {
    return this.#newest.length >= evidence && this.share > unreadable;
  }

  /** `83 % of the last 312 bytes are not text`. */
  get summary(): string {
    return `${Math.round(this.share * 100)} % of the last ${this.#newest.length} bytes are not text`;
  }

  reset(): void {
    this.#newest = Buffer.alloc(0);
  }
}
