// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import { visible } from '../../../harness/base/visible.js';
import { run, test } from '../../support/test.js';

test('characters that a terminal obeys are shown as escapes; text, tabs and newlines stay', () => {
  const shown: [text: string, as: string][] = [
    ['plain text, \u00e4 \u20ac \u{1f600}\tand\nlines', 'plain text, \u00e4 \u20ac \u{1f600}\tand\nlines'],
    ['\x1b]52;c;aGk=\x07', '\\x1b]52;c;aGk=\\x07'],
    ['\x1b[2J', '\\x1b[2J'],
    ['a\rb\bc', 'a\\x0db\\x08c'],
    ['a\r\nb', 'a\nb'],
    ['\x9b31m', '\\u009b31m'],
    ['\x7f', '\\u007f'],
    ['user\u202enimda', 'user\\u202enimda'],
    ['\u2066x\u2069 \u200f \u061c', '\\u2066x\\u2069 \\u200f \\u061c'],
    ['a\u200bb\ufeff\u2028', 'a\\u200bb\\ufeff\\u2028'],
    ['\u{e0041}', '\\udb40\\udc41'],
    ['\ud800', '\\ud800'],
  ];
  for (const [text, as] of shown) assert.is(visible(text), as);
});

test('a JSON document stays the same document', () => {
  const value = { text: 'x\u202e\x9b\x7f\u{e0041}\x1b', list: [1, 2] };
  assert.equal(JSON.parse(visible(JSON.stringify(value, undefined, 2))), value);
});

run();
