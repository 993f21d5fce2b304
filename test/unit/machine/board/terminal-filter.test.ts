// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import { TerminalFilter } from '../../../../harness/machine/board/terminal-filter.js';
import { run, test } from '../../../support/test.js';

/** The text shown for these pieces of a board's output, one after the other. */
const shown = (...pieces: (string | Buffer)[]) => {
  const filter = new TerminalFilter();
  return pieces.map((piece) => filter.take(Buffer.from(piece))).join('');
};

test("a board's text, colours and cursor movements pass", () => {
  const text = '=> \x1b[1;32mgreen\x1b[0m\r\n\x1b[K\x1b[2J\x1b[10;5H\x08\t.';
  assert.is(shown(text).replaceAll('\r', ''), text.replaceAll('\r', ''));
});

test('sequences for the clipboard, titles, queries and strings are shown, not obeyed', () => {
  assert.is(shown('\x1b]52;c;aGk=\x07'), '\\x1b]52;c;aGk=\\x07');
  assert.is(shown('\x1b]0;title\x1b\\'), '\\x1b]0;title\\x1b\\');
  assert.is(shown('\x1b[6n\x1b[c\x1b[?1049h'), '\\x1b[6n\\x1b[c\\x1b[?1049h');
  assert.is(shown('\x1bPq\x1b_x\x9b6n'), '\\x1bPq\\x1b_x\ufffd6n'.replace('\ufffd', '\\u009b'));
  assert.is(shown('a\u202eb'), 'a\\u202eb');
});

test('a sequence or a character that arrives in pieces is judged as a whole', () => {
  assert.is(shown('\x1b', '[', '3', '1m', 'red'), '\x1b[31mred');
  assert.is(shown('\x1b', ']52;c;x'), '\\x1b]52;c;x');
  const euro = Buffer.from('\u20ac');
  assert.is(shown(euro.subarray(0, 1), euro.subarray(1)), '\u20ac');
});

run();
