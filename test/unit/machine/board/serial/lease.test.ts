// SPDX-License-Identifier: BSD-2-Clause
import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import {
  clockTime,
  holds,
  lockFile,
  silenceLimit,
  takeLease,
} from '../../../../../harness/machine/board/serial/lease.js';
import { refusal } from '../../../../support/refusal.js';
import { run, test } from '../../../../support/test.js';

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'lease-'));
  try {
    await body(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The pid of a process that has ended. */
async function deadPid(): Promise<number> {
  const child = spawn('true');
  await new Promise((resolve) => child.on('exit', resolve));
  return child.pid ?? 0;
}

const port = '/dev/ttyUSB7';
const command = 'a test';

test('a lease is a UUCP lock file: the pid in ten characters on the first line', () =>
  inFolder(async (folder) => {
    const lease = await takeLease(port, { folder, command });
    const [first] = readFileSync(join(folder, 'LCK..ttyUSB7'), 'utf8').split('\n');
    assert.is(first, String(process.pid).padStart(10));
    await lease.release();
    assert.equal(readdirSync(folder), []);
  }));

test('a port that is held is reported as busy, with its holder and the time', () =>
  inFolder(async (folder) => {
    const since = new Date(2026, 10, 22, 10, 42, 5);
    const lease = await takeLease(port, { folder, command, now: () => since });
    const later = new Date(2026, 10, 22, 10, 42, 30);
    const error = await refusal(takeLease(port, { folder, command, now: () => later }));
    assert.is(error.message, `busy: held by PID ${process.pid} since 10:42`);
    assert.equal(
      [error.fault, error.detail.got, error.detail.where],
      ['infrastructure', 'it runs: a test', port],
    );
    await lease.release();
  }));

test("a dead holder's lease is taken over, and the new holder is told", () =>
  inFolder(async (folder) => {
    const pid = await deadPid();
    writeFileSync(join(folder, 'LCK..ttyUSB7'), `${String(pid).padStart(10)}\n`);
    const lease = await takeLease(port, { folder, command });
    assert.is(lease.tookOver?.pid, pid);
    await lease.release();
  }));

test('a live program without a heartbeat, such as picocom, is left alone however old its lock is', () => {
  const since = new Date(0);
  const picocom = { uid: process.geteuid?.() ?? 0, pid: process.pid, since, alive: undefined, command: '' };
  assert.ok(holds(picocom, new Date(silenceLimit * 1000)));
});

test('a harness whose heartbeat stopped long ago no longer counts, because its pid may be another process', () => {
  const holder = {
    uid: process.geteuid?.() ?? 0,
    pid: process.pid,
    since: new Date(0),
    alive: new Date(0),
    command: '',
  };
  assert.ok(holds(holder, new Date(silenceLimit - 1)));
  assert.not.ok(holds(holder, new Date(silenceLimit)));
});

test('a lock file that names no process is not a lock', () =>
  inFolder(async (folder) => {
    writeFileSync(join(folder, 'LCK..ttyUSB7'), 'nonsense');
    await (await takeLease(port, { folder, command })).release();
  }));

test("when ten processes want a dead holder's port at once, exactly one gets it", () =>
  inFolder(async (folder) => {
    writeFileSync(join(folder, 'LCK..ttyUSB7'), `${String(await deadPid()).padStart(10)}\n`);
    const tries = await Promise.allSettled(
      Array.from({ length: 10 }, () => takeLease(port, { folder, command })),
    );
    const winners = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    assert.is(winners.length, 1);
    await winners[0]?.release();
  }));

test('a release does not touch a lease that somebody else has taken over', () =>
  inFolder(async (folder) => {
    const lease = await takeLease(port, { folder, command });
    const file = join(folder, 'LCK..ttyUSB7');
    writeFileSync(file, '      4711\n');
    await lease.release();
    assert.ok(existsSync(file));
  }));

test('two names of one device have one lock', () =>
  inFolder(async (folder) => {
    const name = join(folder, 'by-id');
    symlinkSync('/dev/null', name);
    assert.is(await lockFile(name, folder), await lockFile('/dev/null', folder));
    assert.is(await lockFile('/dev/pts/3', folder), join(folder, 'LCK..pts_3'));
  }));

test('a time of another day is shown with its date', () => {
  const now = new Date(2026, 10, 22, 9, 0);
  assert.is(clockTime(new Date(2026, 10, 22, 8, 5), now), '08:05');
  assert.is(clockTime(new Date(2026, 10, 21, 8, 5), now), '2026-11-21 08:05');
});

test('a file that names a process of another user than its writer is not a lease: no error suggests killing init', () => {
  const planted = { pid: 1, uid: 65_534, since: new Date(0), alive: undefined, command: '' };
  assert.not.ok(holds(planted, new Date(0)));
  assert.not.ok(holds({ ...planted, pid: process.pid }, new Date(0)));
  assert.not.ok(holds({ ...planted, pid: 1, uid: 0 }, new Date(0)));
});

test('a process that may not be signalled is alive', () => {
  const { kill } = process;
  const holder = { pid: process.pid, uid: 0, since: new Date(0), alive: undefined, command: '' };
  process.kill = () => {
    throw Object.assign(new Error('EPERM'), { code: 'EPERM' });
  };
  try {
    assert.ok(holds(holder, new Date(0)));
  } finally {
    process.kill = kill;
  }
});

test('a lock file that is a link, a FIFO or a folder is refused at once, with the way out', () =>
  inFolder(async (folder) => {
    const file = join(folder, 'LCK..ttyUSB7');
    const plants = {
      'a link': () => symlinkSync('/dev/zero', file),
      'a FIFO': () => execFileSync('mkfifo', [file]),
      'something else': () => mkdirSync(file),
    };
    for (const [got, plant] of Object.entries(plants)) {
      plant();
      const error = await refusal(takeLease(port, { folder, command }));
      assert.equal([error.exitCode, error.message], [3, 'the lock file of a port is not a regular file']);
      assert.equal([error.detail.got, error.detail.where], [got, file]);
      rmSync(file, { recursive: true });
    }
  }));

test('a lock file of any size and content is recognised as invalid', () =>
  inFolder(async (folder) => {
    for (const text of [
      '',
      'x',
      '-1\n',
      '1e3',
      `${'9'.repeat(400)}\n`,
      '0x10',
      `         1\n${'x'.repeat(1 << 22)}`,
    ]) {
      writeFileSync(join(folder, 'LCK..ttyUSB7'), text);
      const lease = await takeLease(port, { folder, command });
      await lease.release();
    }
  }));

run();
