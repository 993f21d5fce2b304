// SPDX-License-Identifier: BSD-2-Clause
/** Faults of a lab while commands and the image run, produced on the virtual board. */
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { noProgress } from '../../harness/base/progress.js';
import { readLab } from '../../harness/machine/board/lab/lab.js';
import { labTarget } from '../../harness/machine/board/target.js';
import { assertFault, boardTest, folder, image, runs, soon, ymodem } from '../support/board-faults.js';
import { replaceOnce } from '../support/fault-line.js';
import { refusal } from '../support/refusal.js';
import { run } from '../support/test.js';
import { boardName, children } from '../support/virtual-lab.js';

boardTest(
  'a character that the board missed is noticed in the echo and typed again',
  { limits: { echo: 500 } },
  async (desk) => {
    desk.line.toBoard = replaceOnce('tftpboot', 'tftpbot');
    await runs(desk);
    assert.match(desk.notes.join('\n'), /did not echo "help tftpboot.*; typing it again/);
  },
);

boardTest(
  'a board that resets in the middle of the work is brought up again',
  { toml: 'tries = 2' },
  async (desk) => {
    desk.line.toBoard = replaceOnce('tftpboot', '\x03reset\ntftpboot');
    await runs(desk);
    assert.match(
      desk.notes.join('\n'),
      /^try 1 of 2 failed: U-Boot: the board was reset in the middle of the work/m,
    );
  },
);

boardTest('a reset of the board by its image is the fault of the product', {}, async (desk) => {
  const { console } = await desk.start(image);
  await console.expect('ready\n', soon);
  const wait = refusal(console.expect('guest# ', soon));
  await console.send('r');
  assertFault(await wait, 1, /the board: it was reset by the image, a watchdog or its power\n.*U-Boot 20/);
});

boardTest('a panic ends the wait at once and names the line of the log', {}, async (desk) => {
  const { console } = await desk.start(image);
  await console.expect('ready\n', soon);
  const line = console.line;
  const wait = refusal(console.expect('guest# ', soon));
  await console.send('\n\np');
  assertFault(await wait, 1, /guest: the guest kernel panicked\n.*Kernel panic - not syncing/);
  assert.match((await wait).detail.where ?? '', new RegExp(`console.log:${line + 2}$`));
  assert.match(readFileSync(join(desk.folder, 'console.log'), 'latin1').split('\n')[line + 1] ?? '', /panic/);
});

boardTest(
  'endless output ends a wait at its limit, is logged completely, and does not fill the memory',
  {},
  async (desk) => {
    const { console } = await desk.start(image);
    await console.expect('ready\n', soon);
    const before = statSync(join(desk.folder, 'console.log')).size;
    const wait = refusal(console.expect('guest# ', { what: "the guest's prompt", limit: 1_500 }));
    const chunk = `${'x'.repeat(8_191)}\n`;
    for (let i = 0; i < 4_000; i += 1) await desk.line.inject(chunk);
    assertFault(await wait, 1, /the guest's prompt did not appear within 1.5 s\n.*\n.*last line: x+/);
    while (statSync(join(desk.folder, 'console.log')).size < before + 4_000 * chunk.length)
      await new Promise((resolve) => setTimeout(resolve, 20));
    assert.ok(process.memoryUsage().external < 200e6);
  },
);

boardTest(
  'a port that is pulled out while the image runs, and put back, is opened again',
  {},
  async (desk) => {
    const { console } = await desk.start(image);
    await console.expect('ready\n', soon);
    await desk.line.unplug();
    await desk.line.plug();
    await console.send('same again.');
    await console.expect('same again.', soon);
    assert.match(desk.notes.join('\n'), /has vanished; waiting for it\n.*is back after/);
  },
);

boardTest(
  'a port that is pulled out in the middle of an upload, and put back, costs no more than time',
  { toml: `${ymodem}\nupload.silence = 2` },
  async (desk) => {
    let pulled = false;
    desk.onProgress = (event) => {
      if (event.kind !== 'part' || pulled) return;
      pulled = true;
      void Promise.resolve(desk.line.unplug()).then(() => desk.line.plug());
    };
    await runs(desk);
    assert.match(desk.notes.join('\n'), /is back after/);
  },
);

boardTest(
  'a second run for a board whose port is held names the holder, the time and its command',
  {},
  async (desk) => {
    await desk.start(image);
    const text = `[board.${boardName}]\nport = "${desk.line.port}"\npower.cycle = "false"\n`;
    const second = readLab(text, 'lab.toml').get(boardName);
    if (!second) throw new Error('the lab has no board');
    const { lockFolder, folder: runFolder } = desk;
    const options = { progress: noProgress, command: 'another', lockFolder };
    const error = await refusal(labTarget(second, options).start(image, { folder: runFolder }));
    assertFault(error, 3, /busy: held by PID \d+ since \d\d:\d\d\n.*it runs: a test/);
    assert.match(error.message, new RegExp(`PID ${process.pid} `));
  },
);

boardTest('a reset starts the image again on the same line, and the log continues', {}, async (desk) => {
  const machine = await desk.start(image);
  const { console: before } = machine;
  await before.expect('ready\n', soon);
  await machine.reset();
  await machine.console.expect('ready\n', soon);
  await machine.console.send('echo.');
  await machine.console.expect('echo.', soon);
  assert.ok(machine.console.line > before.line);
  const log = readFileSync(join(desk.folder, 'console.log'), 'latin1');
  assert.is(log.split(/ready\r?\n/).length - 1, 2);
});

boardTest(
  'after a warm reset the image is still in memory, and less than a tenth of the bytes go over the line again',
  { toml: ymodem },
  async (desk) => {
    const large = join(folder, 'large.img');
    writeFileSync(large, Buffer.concat([readFileSync(image), randomBytes(150_000)]));
    let bytes = 0;
    desk.line.toBoard = (sent) => {
      bytes += sent.length;
      return sent;
    };
    const machine = await desk.start(large);
    await machine.console.expect('ready\n', soon);
    const first = bytes;
    await machine.reset();
    await machine.console.expect('ready\n', soon);
    assert.ok(bytes - first < 0.1 * first, `${first} bytes, then ${bytes - first}`);
    assert.match(desk.notes.join('\n'), /the board has \d+ kB of it already; sending/);
  },
);

boardTest(
  'Ctrl-C while the image runs ends the wait, and switching off leaves nothing behind',
  {},
  async (desk) => {
    const ctrlC = new AbortController();
    const machine = await desk.start(image, ctrlC.signal);
    await machine.console.expect('ready\n', soon);
    const wait = refusal(machine.console.expect('guest# ', soon));
    ctrlC.abort();
    assert.is((await wait).message, 'interrupted');
    await machine.powerOff();
    assert.equal(readdirSync(desk.lockFolder), ['.keep']);
    assert.equal(children(), []);
  },
);

run();
