// SPDX-License-Identifier: BSD-2-Clause
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { limitRunFolders } from '../../../harness/base/folder-room.js';
import { ConsoleLog, limitConsoleLogs } from '../../../harness/machine/console-log.js';
import { makeRunFolder } from '../../../harness/verdict/folder.js';
import { pair } from '../../support/console-pair.js';
import { inFolder } from '../../support/folder.js';
import { refusal } from '../../support/refusal.js';
import { run, test } from '../../support/test.js';

const soon = { what: 'the answer', limit: 5_000 };

test('the raw log contains every byte unchanged, the timed log a time before every line and nothing that a terminal obeys', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'console-'));
  try {
    let now = 0;
    const log = new ConsoleLog(folder, () => now);
    const { console, machine } = pair({ log });
    const bytes = Buffer.from([0, 0xff, 0x0d, 0x0a, 0x61, 0x0a, 0x62]);
    now = 1_500;
    machine.write(bytes);
    await console.expect('b', soon);
    assert.is(console.position().where, `${log.rawPath}:3`);
    log.close();
    assert.equal(readFileSync(log.rawPath), bytes);
    const timed = readFileSync(log.timedPath, 'utf8').split('\n').slice(1);
    assert.equal(timed, ['[    1.500] \\x00\ufffd', '[    1.500] a', '[    1.500] b']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a log that goes on after another machine counts its lines, and a line without an end is ended', () =>
  inFolder({}, async (folder) => {
    new ConsoleLog(folder).close();
    for (const [text, begins] of [
      ['one\ntwo', 1],
      ['three\n', 3],
      ['four\n', 4],
    ] as const) {
      const log = new ConsoleLog(folder, undefined, true);
      assert.is(log.firstLine, begins);
      log.write(Buffer.from(text));
      log.close();
    }
    assert.is(readFileSync(join(folder, 'console.log'), 'utf8'), 'one\ntwo\nthree\nfour\n');
    const timed = readFileSync(join(folder, 'console.timed.log'), 'utf8');
    assert.match(timed, /^# seconds since .*\n\[.*\] one\n\[.*\] two\n\[.*\] three\n\[.*\] four\n$/);
  }));

test('a log that cannot be written ends the wait, and the error names the file', async () => {
  const log = new ConsoleLog(mkdtempSync(join(tmpdir(), 'console-')));
  const { console, machine } = pair({ log });
  log.close();
  machine.write('x');
  const error = await refusal(console.expect('y', soon));
  assert.is(error.fault, 'infrastructure');
  assert.is(error.detail.where, log.rawPath);
  rmSync(join(log.rawPath, '..'), { recursive: true });
});

test('a console that exceeds the limit of its log ends the wait, and the log stays within the limit', async () => {
  await inFolder({}, async (folder) => {
    limitConsoleLogs(1_000);
    const log = new ConsoleLog(folder);
    try {
      for (let left = 9; left > 0; left -= 1) log.write(Buffer.alloc(100, 'x'));
      const error = await refusal(() => log.write(Buffer.alloc(101, 'x')));
      assert.equal([error.exitCode, error.detail.expected], [1, 'at most 1000 bytes']);
      assert.match(error.detail.wayOut ?? '', /--console-limit/);
      assert.is(statSync(log.rawPath).size, 900);
    } finally {
      log.close();
      limitConsoleLogs();
    }
  });
});

test("consoles that together exceed the limit of their run's folder end the wait, whatever the size of each", async () => {
  await inFolder({}, async (root) => {
    limitRunFolders(10_000);
    const folder = await makeRunFolder(root, 'board', 'sdk');
    const logs = ['one', 'two'].map((name) => {
      mkdirSync(join(folder, name));
      return new ConsoleLog(join(folder, name));
    });
    try {
      // A line end is one byte in the raw log, and a time in the other.
      const flood = () => {
        for (let left = 10_000; left > 0; left -= 1) for (const log of logs) log.write(Buffer.from('\n'));
      };
      const error = await refusal(flood);
      assert.equal([error.exitCode, error.detail.where], [1, folder]);
      assert.match(error.detail.wayOut ?? '', /--folder-limit/);
      const sizes = logs.flatMap(({ rawPath, timedPath }) => [
        statSync(rawPath).size,
        statSync(timedPath).size,
      ]);
      assert.ok(sizes.reduce((sum, size) => sum + size) < 11_000, sizes.join(' '));
    } finally {
      for (const log of logs) log.close();
      limitRunFolders();
    }
  });
});

run();
