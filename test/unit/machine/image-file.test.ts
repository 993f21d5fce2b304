// SPDX-License-Identifier: BSD-2-Clause
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { lookAtImage } from '../../../harness/machine/image-file.js';
import { inFolder } from '../../support/folder.js';
import { refusal } from '../../support/refusal.js';
import { run, test } from '../../support/test.js';

const refused: [what: string, content: Buffer, got: RegExp, wayOut: RegExp][] = [
  ['an empty file', Buffer.alloc(0), /^an empty file$/, /vmm-harness build/],
  ['five bytes of text', Buffer.from('text\n'), /^5 bytes of text: text$/, /vmm-harness build/],
  ['zeros', Buffer.alloc(10_000), /^10000 bytes that begin with zeros$/, /vmm-harness build/],
  ['an ELF file', Buffer.from('\x7fELF\x02\x01\x01', 'latin1'), /^an ELF file$/, /--image-type binary/],
  ['a gzip file', Buffer.from('1f8b0800', 'hex'), /^a gzip file$/, /gzip -d/],
  ['a uImage', Buffer.from('27051956', 'hex'), /uImage/, /dumpimage/],
  ['a device tree', Buffer.from('d00dfeed', 'hex'), /device tree/, /Microkit/],
];

for (const [what, content, got, wayOut] of refused) {
  test(`${what} is reported before anything waits for it`, () =>
    inFolder({}, async (folder) => {
      const path = join(folder, 'loader.img');
      writeFileSync(path, content);
      const { detail, exitCode } = await refusal(() => lookAtImage(path));
      assert.equal([exitCode, detail.where], [2, path]);
      assert.match(detail.got ?? '', got);
      assert.match(detail.wayOut ?? '', wayOut);
    }));
}

test('a file that begins with an instruction is an image, however short', () =>
  inFolder({}, (folder) => {
    const path = join(folder, 'loader.img');
    writeFileSync(path, Buffer.from('a00038d5', 'hex'));
    lookAtImage(path, (size) => assert.is(size, 4));
  }));

run();
