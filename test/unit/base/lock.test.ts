// SPDX-License-Identifier: BSD-2-Clause
import { execFileSync, spawn } from 'node:child_process';
import { chownSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { withLock } from '../../../harness/base/lock.js';
import { packageRoot } from '../../../harness/base/paths.js';
import { inFolder } from '../../support/folder.js';
import { refusal } from '../../support/refusal.js';
import { run, test } from '../../support/test.js';

const what = 'the build folder';

/** A process that holds the lock until it is killed. */
async function holder(file: string) {
  const program = `
    import { withLock } from '${packageRoot}/dist/harness/base/lock.js';
    await withLock('${file}', { what: 'x', wait: 0 }, () => {
      console.log('held');
      return new Promise((resolve) => setTimeout(resolve, 60_000));
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return child;
}

test('two holders in one process take turns', () =>
  inFolder({}, async (folder) => {
    const order: string[] = [];
    const turn = (name: string) =>
      withLock(join(folder, 'lock'), { what, wait: 10 }, async () => {
        order.push(`${name} in`);
        await new Promise((resolve) => setTimeout(resolve, 20));
        order.push(`${name} out`);
      });
    await Promise.all([turn('a'), turn('b')]);
    assert.match(order.join(', '), /^(a in, a out, b in, b out|b in, b out, a in, a out)$/);
  }));

test('a lock that stays held is an error that names its holder', () =>
  inFolder({}, async (folder) => {
    const file = join(folder, 'lock');
    const other = await holder(file);
    const error = await refusal(withLock(file, { what, wait: 0 }, async () => assert.unreachable()));
    assert.equal([error.exitCode, error.message], [3, 'the build folder is busy']);
    assert.is(error.detail.got, `held by process ${other.pid}`);
    other.kill('SIGKILL');
  }));

test('the lock of a process that was killed is taken over at once, and the waiter was told its owner', () =>
  inFolder({}, async (folder) => {
    const file = join(folder, 'lock');
    const other = await holder(file);
    let told = '';
    const onWait = (who: string) => {
      told = who;
      other.kill('SIGKILL');
    };
    assert.is(await withLock(file, { what, wait: 10, onWait }, async () => 'mine'), 'mine');
    assert.is(told, `process ${other.pid}`);
  }));

test('the lock is released when the work throws', () =>
  inFolder({}, async (folder) => {
    const file = join(folder, 'lock');
    const fails = withLock(file, { what, wait: 0 }, async () => {
      throw new Error('work');
    });
    await fails.then(
      () => assert.unreachable(),
      (error) => assert.is(error.message, 'work'),
    );
    assert.is(await withLock(file, { what, wait: 0 }, async () => 1), 1);
  }));

test('a folder that does not exist cannot be locked', async () => {
  const error = await refusal(withLock('/no/such/folder/lock', { what, wait: 0 }, async () => {}));
  assert.equal([error.exitCode, error.message], [3, 'the build folder cannot be locked']);
});

test("a planted lock file (a link, a FIFO, a folder, another user's) is refused at once", () =>
  inFolder({ target: '' }, async (folder) => {
    const file = join(folder, 'lock');
    const plants: [plant: () => void, says: RegExp][] = [
      [() => symlinkSync(join(folder, 'target'), file), /cannot be locked[\s\S]*it is a link/],
      [() => execFileSync('mkfifo', [file]), /not ours[\s\S]*something other than a file/],
      [() => mkdirSync(file), /cannot be locked[\s\S]*EISDIR/],
    ];
    if (process.geteuid?.() === 0)
      plants.push([
        () => {
          writeFileSync(file, '1\n');
          chownSync(file, 65_534, 65_534);
        },
        /not ours[\s\S]*a file of user 65534/,
      ]);
    for (const [plant, says] of plants) {
      plant();
      const error = await refusal(withLock(file, { what, wait: 0 }, async () => assert.unreachable()));
      assert.is(error.exitCode, 3);
      assert.match(error.explain(), says);
      rmSync(file, { recursive: true });
    }
  }));

test("the file holds its owner's pid and nothing of the previous owner's", () =>
  inFolder({ lock: '99999999999999\n' }, async (folder) => {
    const file = join(folder, 'lock');
    await withLock(file, { what, wait: 0 }, async () =>
      assert.is(readFileSync(file, 'utf8'), `${process.pid}\n`),
    );
  }));

run();
