// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict';
import { fuzzDictionary } from '../../../harness/conform/fuzz-dictionary.js';
import { forms } from '../../../harness/model/index.js';
import { run, test } from '../../support/test.js';

test('each line of the dictionary is a name and bytes, as libFuzzer reads them', () => {
  const lines = fuzzDictionary().trimEnd().split('\n');
  assert.ok(lines.length > forms.length);
  for (const line of lines) assert.match(line, /^[a-z]+_\d+="(\\x[0-9a-f]{2}){4,8}"$/);
  assert.equal(new Set(lines.map((line) => line.split('=')[0])).size, lines.length);
});

test('an instruction is in the order of bytes that memory has it in', () => {
  const [first] = forms;
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(first?.word ?? 0);
  const text = [...bytes].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
  assert.ok(fuzzDictionary().startsWith(`form_0="${text}"\n`));
});

run();
