// SPDX-License-Identifier: BSD-2-Clause
/**
 * The part of a board's output that may reach the terminal: text, line control, and sequences that colour, erase and
 * move the cursor. Everything else (the clipboard, titles, queries that the terminal would answer on the board's line)
 * is shown as escapes.
 */
import { StringDecoder } from 'node:string_decoder';
import { visible } from '../../base/visible.js';

/** ECMA-48: CSI with numeric parameters, and a final byte of SGR, ED, EL, CUP or cursor movements. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these sequences are allowed
const harmless = /\x1b\[[0-9;]{0,24}[ABCDGHJKm]|[\r\x08]/g;
/** May become such a sequence with the next bytes. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these beginnings are kept
const begun = /\x1b(\[[0-9;]{0,24})?$/;

export class TerminalFilter {
  readonly #decoder = new StringDecoder('utf8');
  #held = '';

  /** The text to show for the next bytes. */
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
