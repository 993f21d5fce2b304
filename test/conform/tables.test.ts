// SPDX-License-Identifier: BSD-2-Clause
/** Checks the tables that C and TypeScript share with the compiler and the assembler. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { protocolHeader } from '../../harness/conform/link/header.js';
import { encode, forms } from '../../harness/model/index.js';
import { inFolder } from '../support/folder.js';
import { run, test } from '../support/test.js';

test('the C header of the protocol has the layout of its tables', async () => {
  const files = {
    'conform_protocol.h': protocolHeader(),
    'use.c': '#include <conform_protocol.h>\nconst struct form forms[FORM_COUNT] = FORMS;\n',
  };
  // Its _Static_asserts compare the compiler's layout with that of the tables.
  const flags = ['-std=c11', '-Wall', '-Wextra', '-Werror', '-fsyntax-only'];
  await inFolder(files, (folder) => execFileSync('gcc', [...flags, `-I${folder}`, join(folder, 'use.c')]));
});

test('each instruction form is encoded as the assembler encodes its text', async () => {
  const [rt, rt2, rn] = [5, 17, 28];
  const register = (name: string, wide: boolean) => `${wide ? 'x' : 'w'}${name}`;
  const source = forms.map(({ text, wide }) =>
    text
      .replace(/[wx]t2\b/, register(String(rt2), wide))
      .replace(/[wx]t\b/, register(String(rt), wide))
      .replace('[n', `[x${rn}`),
  );
  await inFolder({ 'forms.s': `${source.join('\n')}\n` }, (folder) => {
    const object = join(folder, 'forms.o');
    const binary = join(folder, 'forms.bin');
    execFileSync('aarch64-linux-gnu-as', ['-o', object, join(folder, 'forms.s')]);
    execFileSync('aarch64-linux-gnu-objcopy', ['-O', 'binary', '-j', '.text', object, binary]);
    const code = readFileSync(binary);
    for (const [index, form] of forms.entries())
      assert.equal(encode(form, rt, rt2, rn), code.readUInt32LE(index * 4), source[index]);
  });
});

run();
