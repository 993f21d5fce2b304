// SPDX-License-Identifier: BSD-2-Clause
import { duplexPair } from 'node:stream';
import * as assert from 'uvu/assert';
import { Console } from '../../../harness/machine/console.js';
import { MarkedLines } from '../../../harness/machine/marked-lines.js';
import { run, test } from '../../support/test.js';

const soon = { limit: 5_000 };

/** A shared console with guests `a` and `b`; `say` prints on it, `typed` is what arrived there. */
function shared() {
  const [near, far] = duplexPair();
  const lines = new MarkedLines(near, [
    { name: 'a', prefix: '[a] ', select: '\x01a' },
    { name: 'b', prefix: '\x1b[31m' },
    { name: 'c', prefix: /c\d: / },
  ]);
  let typed = '';
  far.on('data', (chunk: Buffer) => {
    typed += chunk.toString();
  });
  const consoles = { a: new Console(lines.of('a')), b: new Console(lines.of('b')) };
  return { ...consoles, say: (text: string) => far.write(text), typed: () => typed };
}

test("each guest hears its own lines, without their marks, and nobody the VMM's", async () => {
  const { a, b, say } = shared();
  say('VMM|INFO: hello\n[a] one\n\x1b[31mtwo\n[a] three\n');
  assert.is((await a.expect('three\n', soon)).before, 'one\n');
  assert.is((await b.expect('two\n', soon)).before, '');
});

test('a prompt has no newline, and a mark may come in pieces', async () => {
  const { a, say } = shared();
  say('[a');
  say('] lo');
  say('gin: ');
  await a.expect('login: ', soon);
  say('root\r\n[a] # ');
  assert.is((await a.expect('# ', soon)).before, 'root\r\n');
});

test("a long line without a mark is nobody's, and the next one is heard", async () => {
  const { a, say } = shared();
  say('x'.repeat(10_000));
  say('not this\n[a] this\nc7: nor this\n');
  assert.is((await a.expect('this\n', soon)).before, '');
});

test('who prints after the prompt of another is heard', async () => {
  const { a, b, say } = shared();
  say('[a] # \x1b[31mtwo\n');
  assert.is((await b.expect('two\n', soon)).before, '');
  await a.expect('# ', soon);
  say('[a] # ');
  say('\x1b[31mthree\n[a] four\n');
  await b.expect('three\n', soon);
  assert.is((await a.expect('four\n', soon)).before, '# ');
});

test('what is typed reaches the guest that is selected', async () => {
  const { a, b, typed } = shared();
  await a.send('ls\n');
  await b.send('ps\n');
  assert.is(typed(), '\x01als\nps\n');
});

run();
