// SPDX-License-Identifier: BSD-2-Clause
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { removeSdk, useByDefault, verifySdk } from '../../../../harness/microkit/install/manage.js';
import type { SdkStore } from '../../../../harness/microkit/install/store.js';
import { usersOf, useSdk } from '../../../../harness/microkit/install/use.js';
import { run, test } from '../../../support/test.js';
import { errorOf, inFolder, installed, leftIn, storeIn } from './support.js';

const options = { progress: () => {}, wait: 0 };

test('a whole SDK is verified, and the result names who vouches for it', () =>
  inFolder(async (dir) => {
    const store = await installed(dir, '2.0.1');
    assert.is((await verifySdk(store, '2.0.1', options)).trust, 'given');
  }));

test('an SDK with one changed byte is not whole', () =>
  inFolder(async (dir) => {
    const store = await installed(dir, '2.0.1');
    appendFileSync(join(store.dirOf('2.0.1'), 'board/qemu_virt_aarch64/debug/lib/libmicrokit.a'), 'x');
    const error = await errorOf(verifySdk(store, '2.0.1', options));
    assert.is(error.exitCode, 3);
    assert.match(error.explain(), /changed since its installation[\s\S]*--replace/);
    assert.is(error.detail.expected, store.record('2.0.1')?.nar);
  }));

test('a folder that was created by hand is compared with the published hash of its version', () =>
  inFolder(async (dir) => {
    const store = await installed(dir, '2.0.1');
    rmSync(join(store.root, '2.0.1.json'));
    const error = await errorOf(verifySdk(store, '2.0.1', options));
    assert.match(error.detail.expected ?? '', /^sha256-/);
    writeFileSync(join(store.dirOf('2.0.1'), 'VERSION'), '2.0.1-mine\n');
    assert.match((await errorOf(verifySdk(store, '2.0.1', options))).explain(), /nothing to compare/);
  }));

test('an SDK that does not exist is a usage error with the nearest name', () =>
  inFolder(async (dir) => {
    const store = await installed(dir, '2.0.1');
    const error = await errorOf(useByDefault(store, '2.0.2', options));
    assert.is(error.exitCode, 2);
    assert.match(error.explain(), /did you mean 2\.0\.1/);
  }));

test('names that lead out of the folder of SDKs name no SDK', () =>
  inFolder(async (dir) => {
    const store = await installed(dir, '2.0.1');
    mkdirSync(join(dir, 'outside'));
    for (const name of ['../outside', '.', '..', '', 'default', '.work', '2.0.1/bin'])
      assert.is((await errorOf(removeSdk(store, name, options))).exitCode, 2, name);
    assert.ok(existsSync(join(dir, 'outside')));
  }));

test('the default changes, and minikit means no default', () =>
  inFolder(async (dir) => {
    const store = await installed(dir, '2.0.1', '2.3.0');
    assert.is(store.default(), '2.0.1');
    await useByDefault(store, '2.3.0', options);
    assert.is(store.default(), '2.3.0');
    await useByDefault(store, 'minikit', options);
    assert.is(store.default(), undefined);
  }));

test('a default that was deleted by hand counts as none', () =>
  inFolder(async (dir) => {
    const store = await installed(dir, '2.0.1');
    rmSync(store.dirOf('2.0.1'), { recursive: true });
    assert.is(store.default(), undefined);
  }));

test('a removed SDK leaves nothing, and the others are unchanged', () =>
  inFolder(async (dir) => {
    const store = await installed(dir, '2.0.1', '2.3.0');
    assert.equal(await removeSdk(store, '2.0.1', options), { wasDefault: true });
    assert.equal(await store.names(), ['2.3.0']);
    assert.not.ok(leftIn(store).some((path) => path.includes('2.0.1') || path === 'default'));
    assert.equal(await removeSdk(store, '2.3.0', options), { wasDefault: false });
    assert.equal(leftIn(store), []);
  }));

test('an SDK that a process has registered is not removed until the process has ended', () =>
  inFolder(async (dir) => {
    const store = await installed(dir, '2.0.1', '2.3.0');
    const release = useSdk(store, store.dirOf('2.0.1'));
    const error = await errorOf(removeSdk(store, '2.0.1', options));
    assert.is(error.exitCode, 3);
    assert.match(error.explain(), new RegExp(`in use[\\s\\S]*vmm-harness, process ${process.pid}`));
    await removeSdk(store, '2.3.0', options);
    release();
    await removeSdk(store, '2.0.1', options);
    assert.equal(await store.names(), []);
  }));

test('a user of the default uses the SDK behind it', () =>
  inFolder(async (dir) => {
    const store = await installed(dir, '2.0.1');
    const release = useSdk(store, join(store.root, 'default'));
    assert.is(usersOf(store, '2.0.1').length, 1);
    release();
  }));

test('using a directory that is not an installed SDK leaves no trace', () =>
  inFolder(async (dir) => {
    const store = storeIn(dir);
    useSdk(store, dir)();
    assert.not.ok(existsSync(store.useDir));
  }));

async function ended(child: ChildProcess): Promise<number> {
  const { pid } = child;
  if (child.exitCode === null) await once(child, 'exit');
  return pid ?? 0;
}

test('a process that died while it used an SDK does not keep it', () =>
  inFolder(async (dir) => {
    const store = await installed(dir, '2.0.1');
    const pid = await ended(spawn('true'));
    useSdk(store, store.dirOf('2.0.1'));
    const [file = ''] = readdirSync(store.useDir);
    const path = join(store.useDir, file);
    writeFileSync(path, JSON.stringify({ ...heldBySelf(store, file), pid }));
    assert.equal(usersOf(store, '2.0.1'), []);
    assert.equal(readdirSync(store.useDir), []);
  }));

test('a process with the reused id of a dead one is not mistaken for it', () =>
  inFolder(async (dir) => {
    const store = await installed(dir, '2.0.1');
    useSdk(store, store.dirOf('2.0.1'));
    const [file = ''] = readdirSync(store.useDir);
    writeFileSync(join(store.useDir, file), JSON.stringify({ ...heldBySelf(store, file), started: '1' }));
    assert.equal(usersOf(store, '2.0.1'), []);
  }));

test('a process of another host is assumed to be alive', () =>
  inFolder(async (dir) => {
    const store = await installed(dir, '2.0.1');
    useSdk(store, store.dirOf('2.0.1'));
    const [file = ''] = readdirSync(store.useDir);
    const elsewhere = { ...heldBySelf(store, file), pid: 1, host: 'elsewhere' };
    writeFileSync(join(store.useDir, file), JSON.stringify(elsewhere));
    assert.match(usersOf(store, '2.0.1').join(), /process 1 on elsewhere/);
  }));

function heldBySelf(store: SdkStore, file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(store.useDir, file), 'utf8'));
}

test(
  'an SDK in which a program runs or has its working directory is not removed',
  () =>
    inFolder(async (dir) => {
      const store = await installed(dir, '2.0.1');
      const child = spawn('sleep', ['60'], { cwd: join(store.dirOf('2.0.1'), 'bin') });
      try {
        const error = await errorOf(removeSdk(store, '2.0.1', options));
        assert.is(error.detail.got, `sleep, process ${child.pid}`);
      } finally {
        child.kill();
        await ended(child);
      }
      await removeSdk(store, '2.0.1', options);
    }),
  { skip: existsSync('/proc/self/exe') ? undefined : 'this system has no /proc' },
);

test('other files in the folder of SDKs are not SDKs', () =>
  inFolder(async (dir) => {
    const store = await installed(dir, '2.0.1');
    writeFileSync(join(store.root, 'notes'), '');
    symlinkSync('2.0.1', join(store.root, 'link'));
    assert.equal(await store.names(), ['2.0.1']);
  }));

run();
