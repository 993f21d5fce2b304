// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import type { Board } from '../../boards/board.js';
import { SerialLine } from '../../harness/machine/board/serial/line.js';
import { defaultSettings } from '../../harness/machine/board/serial/settings.js';
import { Console } from '../../harness/machine/console.js';
import { joinPty } from '../../harness/machine/virtual/pty.js';
import { startVirtualBoard } from '../../harness/machine/virtual/virtual-board.js';
import { qemuBoard } from '../support/fake-guest.js';
import { inFolder } from '../support/folder.js';
import { refusal } from '../support/refusal.js';
import { run, test } from '../support/test.js';
import { children } from '../support/virtual-lab.js';

const soon = { what: "U-Boot's first line", limit: 60_000 };
const board = qemuBoard;

test(
  'a virtual board is switched off at first; each power cycle begins with the first byte of U-Boot, and off is off',
  () =>
    inFolder({}, async (root) => {
      const virtual = await startVirtualBoard({ board, tftpRoot: root });
      const path = virtual.port;
      const line = await SerialLine.open({
        path,
        settings: defaultSettings,
        command: 'a test',
        lockFolder: root,
      });
      const console = new Console(line.attach());
      assert.is(line.received, 0);
      for (let round = 0; round < 2; round += 1) {
        await virtual.power.cycle(new AbortController().signal);
        await console.expect(/^\s*U-Boot 20|\n\s*U-Boot 20/, soon);
      }
      assert.is(await virtual.diagnose(), undefined);
      await virtual.power.off();
      assert.match((await virtual.diagnose())?.detail.got ?? '', /paused/);
      await line.close();
      await virtual.close();
      assert.equal(children(), []);
    }),
  { limit: 90_000 },
);

const missing: [what: string, more: object, words: RegExp][] = [
  [
    'no U-Boot',
    { uboot: '/usr/lib/u-boot/none.bin' },
    /the U-Boot of the virtual board is missing\n(.*\n)*.*setup lab/,
  ],
  ['no QEMU', { program: 'qemu-system-none' }, /qemu-system-none died\n.*exit code 127/],
  ['a QEMU that ends at once', { program: 'false' }, /false died\n.*exit code 1/],
];
for (const [what, more, words] of missing) {
  test(`${what} is an infrastructure error that leaves nothing behind`, () =>
    inFolder({}, async (tftpRoot) => {
      const error = await refusal(startVirtualBoard({ board, tftpRoot, ...more }));
      assert.match(error.explain(), words);
      assert.is(error.exitCode, 3);
      assert.equal(children(), []);
    }));
}

test('a board that QEMU does not model as its virt machine has no virtual board', () =>
  inFolder({}, async (tftpRoot) => {
    const { qemu: _, ...rest } = board;
    const error = await refusal(startVirtualBoard({ board: rest as Board, tftpRoot }));
    assert.equal([error.exitCode, error.message], [2, 'qemu_virt_aarch64 has no virtual board']);
  }));

test("a console that nobody offers gives no serial port, and the error has socat's message", () =>
  inFolder({}, async (root) => {
    const error = await refusal(joinPty(`${root}/none`, `${root}/port`));
    assert.is(error.message, 'the virtual board has no serial port');
    assert.match(error.detail.got ?? '', /No such file/);
  }));

run();
