// SPDX-License-Identifier: BSD-2-Clause
/**
 * Text from elsewhere (a board, a file, another user) as it may reach a terminal: what would move the cursor, write the
 * clipboard or turn text around is shown as an escape instead. `\uXXXX` keeps a JSON document what it is.
 */

/** Characters that a terminal obeys or hides: controls but tab and newline, bidirectional and invisible format characters. */
const hidden =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\0-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e0fff}]|\p{Surrogate}/gu;

const escaped = (text: string): string =>
  [...Array(text.length).keys()]
    .map((index) => {
      const code = text.charCodeAt(index);
      return code < 0x20
        ? `\\x${code.toString(16).padStart(2, '0')}`
        : `\\u${code.toString(16).padStart(4, '0')}`;
    })
    .join('');

/** `text` with all of that shown; newlines (a carriage return before one is dropped) and tabs stay. */
export const visible = (text: string): string => text.replaceAll('\r\n', '\n').replace(hidden, escaped);
