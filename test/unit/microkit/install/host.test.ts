// SPDX-License-Identifier: BSD-2-Clause
/** SDKs whose tool this machine cannot run. */
import * as assert from 'uvu/assert';
import { type InstallOptions, installSdk } from '../../../../harness/microkit/install/install.js';
import { run, test } from '../../../support/test.js';
import { errorOf, inFolder, leftIn, makeArchive, quick, requestOf, storeIn } from './support.js';

const quiet: InstallOptions = { progress: () => {}, wait: 0, downloadLimits: quick };

const elf = (machine: number): Buffer => {
  const header = Buffer.alloc(128);
  header.write('\x7fELF\x02\x01\x01', 'latin1');
  header.writeUInt16LE(2, 16);
  header.writeUInt16LE(machine, 18);
  return header;
};
const otherMachine = process.arch === 'x64' ? 243 : 62;
const tools: [what: string, tool: string | Buffer, words: RegExp][] = [
  ['for another processor', elf(otherMachine), /Linux on (RISC-V|x86-64)/],
  ['for another system', Buffer.from('cffaedfe0c000001', 'hex'), /macOS on AArch64/],
  [
    'whose C library is missing',
    '#!/lib/ld-none.so.1\n',
    /needs \/lib\/ld-none\.so\.1, which this machine does not have/,
  ],
  [
    'that requires a newer C library',
    '#!/bin/sh\necho "microkit: version \\`GLIBC_9.9\' not found" >&2; exit 1\n',
    /GLIBC_9\.9' not found/,
  ],
  ['that ends with an error', '#!/bin/sh\nexit 7\n', /exit code 7/],
  ['that is some other program', '#!/bin/sh\necho hello\n', /output is unexpected/],
];

for (const [what, tool, words] of tools) {
  test(`an SDK with a tool ${what} is not installed`, () =>
    inFolder(async (dir) => {
      const { file, nar } = await makeArchive(dir, { tool });
      const store = storeIn(dir);
      const error = await errorOf(installSdk(store, requestOf(file, { hash: nar }), quiet));
      assert.is(error.exitCode, 3);
      assert.match(error.explain(), /this machine cannot run[\s\S]*got: /);
      assert.match(error.detail.got ?? '', words);
      assert.equal(leftIn(store), []);
    }));
}

test('the tool is tried with its own SDK, whatever the value of MICROKIT_SDK', () =>
  inFolder(async (dir) => {
    const tool = '#!/bin/sh\n[ -f "$MICROKIT_SDK/VERSION" ] && echo "usage: microkit"\n';
    const { file, nar } = await makeArchive(dir, { tool });
    const before = process.env.MICROKIT_SDK;
    process.env.MICROKIT_SDK = '/nowhere';
    try {
      await installSdk(storeIn(dir), requestOf(file, { hash: nar }), quiet);
    } finally {
      if (before === undefined) delete process.env.MICROKIT_SDK;
      else process.env.MICROKIT_SDK = before;
    }
  }));

run();
