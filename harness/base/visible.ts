// SPDX-License-Identifier: BSD-2-Clause
/**
 * Makes text from elsewhere (a board, a file, another user) safe for a terminal. Characters that would move the cursor,
 * write the clipboard or reverse text are shown as escapes. `\uXXXX` keeps a JSON document valid and unchanged in
 * meaning.
 */

/**
 * Characters that a terminal obeys or hides: controls except tab and newline, bidirectional and invisible format
 * characters.
 */
const hidden =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find
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

/** `text` with those characters shown. Newlines and tabs stay; a carriage return before a newline is dropped. */
export const visible = (text: string): string => text.replaceAll('\r\n', '\n').replace(hidden, escaped);
