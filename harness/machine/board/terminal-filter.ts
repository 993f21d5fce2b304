// SPDX-License-Identifier: BSD-2-Clause
/**
 * The part of a board's bytes that reaches the terminal: text, line control, and the sequences that colour, erase and move the
 * cursor. Everything else (the clipboard, titles, queries that the terminal would answer on the board's line) is shown.
 */
import { StringDecoder } from 'node:string_decoder';
import { visible } from '../../base/visible.js';

/** ECMA-48: CSI with parameters that are numbers, and a final byte of SGR, ED, EL, CUP or the cursor's movements. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is let through
const harmless = /\x1b\[[0-9;]{0,24}[ABCDGHJKm]|[\r\x08]/g;
/** What may become one of them with the next bytes. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is waited for
const begun = /\x1b(\[[0-9;]{0,24})?$/;

export class TerminalFilter {
  readonly #decoder = new StringDecoder('utf8');
  #held = '';

  /** What to show for the next bytes. */
  take(bytes: Buffer): string {
    const text = this.#held + this.#decoder.write(bytes);
    const [tail = ''] = begun.exec(text) ?? [];
    this.#held = tail;
    const whole = text.slice(0, text.length - tail.length);
    let shown = '';
    let from = 0;
    for (const match of whole.matchAll(harmless)) {
      shown += visible(whole.slice(from, match.index)) + match[0];
      from = match.index + match[0].length;
    }
    return shown + visible(whole.slice(from));
  }
}
