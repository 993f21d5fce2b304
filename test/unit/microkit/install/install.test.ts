// SPDX-License-Identifier: BSD-2-Clause
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { create } from 'tar';
import * as assert from 'uvu/assert';
import { type InstallOptions, installSdk } from '../../../../harness/microkit/install/install.js';
import { narHash } from '../../../../harness/microkit/install/nar.js';
import { useSdk } from '../../../../harness/microkit/install/use.js';
import { run, test } from '../../../support/test.js';
import {
  contentOf,
  errorOf,
  inFolder,
  leftIn,
  listening,
  makeArchive,
  makeSdk,
  onServer,
  quick,
  requestOf,
  serving,
  storeIn,
} from './support.js';

const quiet: InstallOptions = { progress: () => {}, wait: 0, downloadLimits: quick };

test('an SDK is fetched, checked and installed, and the first one becomes the default', () =>
  inFolder(async (dir) => {
    const { file, nar } = await makeArchive(dir, { ballast: 200_000 });
    const store = storeIn(dir);
    const { progress, events } = listening();
    await onServer(serving(contentOf(file)), async ({ url }) => {
      const installed = await installSdk(store, requestOf(url, { hash: nar }), { ...quiet, progress });
      assert.is(installed.name, '2.0.1');
      assert.ok(installed.isNew && installed.isDefault);
      assert.is(installed.record.trust, 'given');
      assert.is(installed.record.source, url);
    });
    assert.is(store.default(), '2.0.1');
    assert.is(await narHash(store.dirOf('2.0.1')), nar);
    assert.equal(readdirSync(store.workDir), [], 'no download and no half of a tree is left');
    const steps = events.flatMap((event) => (event.kind === 'done' ? [event.step] : []));
    assert.equal(steps, ['download microkit-sdk.tar.gz', 'unpack', 'verify', 'try bin/microkit']);
    assert.ok(events.some((event) => event.kind === 'part' && event.unit === 'MB'));
  }));

test('an archive on this machine is installed and stays where it is', () =>
  inFolder(async (dir) => {
    const { file, nar } = await makeArchive(dir);
    await installSdk(storeIn(dir), requestOf(file, { hash: nar }), quiet);
    assert.ok(existsSync(file));
  }));

test('several versions are installed side by side, and a later one does not change the default', () =>
  inFolder(async (dir) => {
    const store = storeIn(dir);
    for (const version of ['2.0.1', '2.3.0']) {
      const { file, nar } = await makeArchive(dir, { version });
      await installSdk(store, requestOf(file, { hash: nar }), quiet);
    }
    assert.is(store.default(), '2.0.1');
    const mine = await makeArchive(join(dir, 'mine'), { ballast: 1 });
    await installSdk(store, requestOf(mine.file, { hash: mine.nar, name: 'mine', use: true }), quiet);
    assert.equal(await store.names(), ['2.0.1', '2.3.0', 'mine']);
    assert.is(store.default(), 'mine');
    assert.is(store.record('mine')?.version, '2.0.1');
  }));

const forMac = Buffer.alloc(64);
forMac.writeUInt32LE(0xfeed_facf, 0);
forMac.writeUInt32LE(0x0100_000c, 4);

test('an SDK for another system is recognised by its tool, and the error gives the right address', () =>
  inFolder(async (dir) => {
    const { file } = await makeArchive(dir, { tool: forMac });
    const error = await errorOf(installSdk(storeIn(dir), requestOf(file), quiet));
    assert.match(error.message, /for another system/);
    assert.match(error.detail.got ?? '', /^macos-aarch64: its tool is a program for macOS on AArch64$/);
    assert.match(error.detail.wayOut ?? '', /^take https:.*microkit-sdk-2\.0\.1-/);
  }));

test('lost execute bits are recognised', () =>
  inFolder(async (dir) => {
    const tree = makeSdk(join(dir, 'tree', 'microkit-sdk-2.0.1'));
    chmodSync(join(tree, 'bin', 'microkit'), 0o644);
    const file = join(dir, 'a.tar');
    await create({ file, cwd: join(dir, 'tree') }, ['microkit-sdk-2.0.1']);
    const error = await errorOf(installSdk(storeIn(dir), requestOf(file), quiet));
    assert.match(error.message, /lost its execute bits/);
    assert.match(error.detail.wayOut ?? '', /chmod \+x/);
  }));

test('a wrong hash is refused with both hashes, and nothing in it is run or kept', () =>
  inFolder(async (dir) => {
    const ran = join(dir, 'ran');
    const { file, nar } = await makeArchive(dir, { tool: `#!/bin/sh\ntouch ${ran}\n` });
    const store = storeIn(dir);
    const other = 'sha256-YpgIAXWB8v4Njm/5Oo0jZpRt/t+e+rVTwFTJ8zr2Hn4=';
    const error = await onServer(serving(contentOf(file)), ({ url }) =>
      errorOf(installSdk(store, requestOf(url, { hash: other }), quiet)),
    );
    assert.is(error.exitCode, 3);
    assert.match(error.message, /wrong hash/);
    assert.equal([error.detail.expected, error.detail.got], [other, nar]);
    assert.equal(leftIn(store), []);
    assert.not.ok(existsSync(ran));
  }));

test('an SDK of a published version must have the published hash by default', () =>
  inFolder(async (dir) => {
    const { file } = await makeArchive(dir);
    const error = await errorOf(installSdk(storeIn(dir), requestOf(file), quiet));
    assert.match(error.explain(), /wrong hash[\s\S]*--hash SRI, or --no-verify/);
  }));

test('an SDK without a published hash is refused, and the error gives its hash', () =>
  inFolder(async (dir) => {
    const { file, nar } = await makeArchive(dir, { version: '2.2.0-dev.7' });
    const store = storeIn(dir);
    const error = await errorOf(installSdk(store, requestOf(file), quiet));
    assert.match(error.message, /no hash is published/);
    assert.is(error.detail.wayOut, `if you trust its origin: --hash ${nar}`);
    assert.equal(leftIn(store), []);
  }));

test('without verification an SDK is installed with a warning, and its hash is recorded', () =>
  inFolder(async (dir) => {
    const { file, nar } = await makeArchive(dir);
    const { progress, notes } = listening();
    const { record } = await installSdk(storeIn(dir), requestOf(file, { verify: false }), {
      ...quiet,
      progress,
    });
    assert.equal([record.nar, record.trust], [nar, 'unverified']);
    assert.ok(notes().some((note) => note.startsWith('warning: ')));
  }));

test('a version other than the requested one is refused', () =>
  inFolder(async (dir) => {
    const { file, nar } = await makeArchive(dir, { version: '2.1.0' });
    const store = storeIn(dir);
    const error = await errorOf(installSdk(store, requestOf(file, { hash: nar, version: '2.3.0' }), quiet));
    assert.match(error.explain(), /another version\n\s+expected: 2\.3\.0\n\s+got: +2\.1\.0/);
    assert.equal(leftIn(store), []);
  }));

test('an archive of something else is refused', () =>
  inFolder(async (dir) => {
    mkdirSync(join(dir, 'source', 'tool'), { recursive: true });
    execFileSync('tar', ['czf', join(dir, 'a.tar.gz'), '-C', dir, 'source']);
    const store = storeIn(dir);
    const error = await errorOf(
      installSdk(store, requestOf(join(dir, 'a.tar.gz'), { verify: false }), quiet),
    );
    assert.match(error.explain(), /does not contain a Microkit SDK[\s\S]*no bin\/microkit/);
    assert.equal(leftIn(store), []);
  }));

test('an installed SDK is not fetched again', () =>
  inFolder(async (dir) => {
    const { file, nar } = await makeArchive(dir);
    const store = storeIn(dir);
    await onServer(serving(contentOf(file)), async ({ url, requests }) => {
      const request = requestOf(url, { hash: nar, version: '2.0.1' });
      await installSdk(store, request, quiet);
      const inode = statSync(store.dirOf('2.0.1')).ino;
      const again = await installSdk(store, request, quiet);
      assert.not.ok(again.isNew);
      assert.is(requests.length, 1);
      assert.is(statSync(store.dirOf('2.0.1')).ino, inode);
    });
  }));

test('another SDK with the same name is overwritten only on request', () =>
  inFolder(async (dir) => {
    const first = await makeArchive(join(dir, 'first'));
    const second = await makeArchive(join(dir, 'second'), { ballast: 8 });
    const store = storeIn(dir);
    await installSdk(store, requestOf(first.file, { hash: first.nar }), quiet);
    const request = requestOf(second.file, { hash: second.nar });
    const error = await errorOf(installSdk(store, request, quiet));
    assert.is(error.exitCode, 2);
    assert.match(error.explain(), /another SDK is installed as 2\.0\.1[\s\S]*--replace.*--name/);
    assert.is(await narHash(store.dirOf('2.0.1')), first.nar);
    await installSdk(store, { ...request, replace: true }, quiet);
    assert.is(await narHash(store.dirOf('2.0.1')), second.nar);
    assert.is(store.record('2.0.1')?.nar, second.nar);
    assert.is(store.default(), '2.0.1');
    assert.equal(readdirSync(store.workDir), []);
  }));

test('an SDK in use is not replaced', () =>
  inFolder(async (dir) => {
    const { file, nar } = await makeArchive(dir);
    const store = storeIn(dir);
    await installSdk(store, requestOf(file, { hash: nar }), quiet);
    const inode = statSync(store.dirOf('2.0.1')).ino;
    const release = useSdk(store, store.dirOf('2.0.1'));
    const error = await errorOf(installSdk(store, requestOf(file, { hash: nar, replace: true }), quiet));
    assert.match(error.message, /in use/);
    release();
    assert.is(statSync(store.dirOf('2.0.1')).ino, inode);
  }));

test('a replacement that fails leaves the old SDK', () =>
  inFolder(async (dir) => {
    const first = await makeArchive(join(dir, 'first'));
    const second = await makeArchive(join(dir, 'second'), { ballast: 8 });
    const store = storeIn(dir);
    await installSdk(store, requestOf(first.file, { hash: first.nar }), quiet);
    const left = leftIn(store);
    await errorOf(installSdk(store, requestOf(second.file, { hash: first.nar, replace: true }), quiet));
    assert.equal(leftIn(store), left);
    assert.is(await narHash(store.dirOf('2.0.1')), first.nar);
  }));

test('the record beside an SDK names its origin', () =>
  inFolder(async (dir) => {
    const { file, nar } = await makeArchive(dir);
    const store = storeIn(dir);
    await installSdk(store, requestOf(file, { hash: nar }), quiet);
    const record = JSON.parse(readFileSync(join(store.root, '2.0.1.json'), 'utf8'));
    assert.equal([record.version, record.source, record.nar, record.trust], ['2.0.1', file, nar, 'given']);
    assert.ok(Date.parse(record.installed) <= Date.now());
  }));

run();
