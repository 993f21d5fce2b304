// SPDX-License-Identifier: BSD-2-Clause
/** Events outside an install: a second install, Ctrl-C, a broken connection, a full disk. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { withLock } from '../../../../harness/base/lock.js';
import { type InstallOptions, installSdk } from '../../../../harness/microkit/install/install.js';
import { narHash } from '../../../../harness/microkit/install/nar.js';
import { SdkStore } from '../../../../harness/microkit/install/store.js';
import { run, test } from '../../../support/test.js';
import {
  contentOf,
  errorOf,
  inFolder,
  leftIn,
  listening,
  makeArchive,
  onServer,
  quick,
  requestOf,
  serving,
  storeIn,
} from './support.js';

const quiet: InstallOptions = { progress: () => {}, wait: 0, downloadLimits: quick };

test('of two concurrent installs one waits, and then finds the work done', () =>
  inFolder(async (dir) => {
    const { file, nar } = await makeArchive(dir, { ballast: 500_000 });
    const store = storeIn(dir);
    const { progress, notes } = listening();
    await onServer(serving(contentOf(file)), async ({ url, requests }) => {
      const request = requestOf(url, { hash: nar, version: '2.0.1' });
      const both = await Promise.all(
        [1, 2].map(() => installSdk(store, request, { ...quiet, progress, wait: 20 })),
      );
      assert.equal(both.map(({ isNew }) => isNew).sort(), [false, true]);
      assert.is(requests.length, 1);
    });
    assert.match(notes().join('\n'), /waiting for (process \d+|another process)/);
  }));

test('an install that does not wait for another one names its process', () =>
  inFolder(async (dir) => {
    const { file, nar } = await makeArchive(dir);
    const store = storeIn(dir);
    mkdirSync(store.root, { recursive: true });
    const lock = { what: 'the SDKs', wait: 20 };
    const error = await withLock(store.lockFile, lock, () =>
      errorOf(installSdk(store, requestOf(file, { hash: nar }), quiet)),
    );
    assert.is(error.exitCode, 3);
    assert.match(error.explain(), new RegExp(`busy[\\s\\S]*held by process ${process.pid}`));
  }));

for (const phase of ['download microkit-sdk.tar.gz', 'unpack', 'verify', 'try bin/microkit']) {
  test(`an interrupt at '${phase}' leaves nothing installed, and the next try succeeds`, () =>
    inFolder(async (dir) => {
      const { file, nar } = await makeArchive(dir, { ballast: 300_000 });
      const store = storeIn(dir);
      const interrupt = new AbortController();
      const progress: InstallOptions['progress'] = (event) => {
        if (event.kind === 'start' && event.step === phase) interrupt.abort('interrupted');
      };
      await onServer(serving(contentOf(file)), async ({ url }) => {
        const request = requestOf(url, { hash: nar });
        const reason = await installSdk(store, request, {
          ...quiet,
          progress,
          signal: interrupt.signal,
        }).catch((error: unknown) => error);
        assert.is(reason, 'interrupted');
        assert.equal(await store.names(), []);
        assert.equal(
          leftIn(store).filter((path) => !/^\.work\/[0-9a-f]{16}\.tar\.gz(\.json)?$/.test(path)),
          [],
        );
        await installSdk(store, request, quiet);
      });
      assert.is(await narHash(store.dirOf('2.0.1')), nar);
    }));
}

test('an interrupted download ends with its explanation, and the next install continues it', () =>
  inFolder(async (dir) => {
    const { file, nar } = await makeArchive(dir, { ballast: 300_000 });
    const store = storeIn(dir);
    let arrived = 0;
    const progress: InstallOptions['progress'] = (event) => {
      if (event.kind === 'part' && event.step.startsWith('download')) arrived = 150_000;
    };
    const handler = serving(contentOf(file), { cuts: [150_000, 0, 0], arrived: () => arrived });
    await onServer(handler, async ({ url, requests }) => {
      const request = requestOf(url, { hash: nar });
      const error = await errorOf(installSdk(store, request, { ...quiet, progress }));
      assert.match(error.message, /cut off/);
      assert.equal(await store.names(), []);
      await installSdk(store, request, quiet);
      assert.match(requests.at(-1)?.headers.range ?? '', /^bytes=[1-9]/);
    });
    assert.equal(readdirSync(store.workDir), []);
  }));

test('a damaged archive is not kept for the next try', () =>
  inFolder(async (dir) => {
    const { file, nar } = await makeArchive(dir, { ballast: 10_000 });
    const whole = contentOf(file);
    const store = storeIn(dir);
    let served: Buffer = Buffer.concat([whole.subarray(0, 5_000), Buffer.alloc(whole.length - 5_000)]);
    await onServer(
      (request, response) => serving(served)(request, response),
      async ({ url }) => {
        const request = requestOf(url, { hash: nar });
        assert.match((await errorOf(installSdk(store, request, quiet))).message, /damaged/);
        assert.equal(leftIn(store), []);
        served = whole;
        await installSdk(store, request, quiet);
      },
    );
  }));

test('the next install removes the leftovers of a killed one', () =>
  inFolder(async (dir) => {
    const { file, nar } = await makeArchive(dir);
    const store = storeIn(dir);
    mkdirSync(join(store.workDir, 'unpack.999', 'sdk', 'bin'), { recursive: true });
    await installSdk(store, requestOf(file, { hash: nar }), quiet);
    assert.equal(readdirSync(store.workDir), []);
  }));

/** Runs `body` with a store on a file system of `size` bytes. Mounts it, which requires root. */
async function onSmallDisk(
  size: string,
  body: (store: SdkStore, dir: string) => Promise<void>,
): Promise<void> {
  await inFolder(async (dir) => {
    const disk = join(dir, 'disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk]);
    try {
      await body(new SdkStore(join(disk, 'store')), dir);
    } finally {
      execFileSync('umount', [disk]);
    }
  });
}

function mountProblem(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root may mount the small disk that it needs';
  const trial = spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], {
    encoding: 'utf8',
  });
  return trial.status === 0 ? undefined : `no disk can be mounted here: ${trial.stderr.trim()}`;
}

const skip = mountProblem();

test(
  'a disk too small for the archive is detected before anything is fetched',
  () =>
    onSmallDisk('256k', async (store, dir) => {
      const { file, nar } = await makeArchive(dir, { ballast: 600_000 });
      await onServer(serving(contentOf(file)), async ({ url }) => {
        const error = await errorOf(installSdk(store, requestOf(url, { hash: nar }), quiet));
        assert.is(error.exitCode, 3);
        assert.match(error.explain(), /too full for the download[\s\S]*0\.6 MB free[\s\S]*XDG_DATA_HOME/);
      });
      assert.equal(leftIn(store), []);
    }),
  { skip },
);

test(
  'a disk that fills up while an archive is unpacked is named, and has as much free space as before',
  () =>
    onSmallDisk('1m', async (store, dir) => {
      const { file, nar } = await makeArchive(dir, { ballast: 600_000 });
      await onServer(serving(contentOf(file)), async ({ url }) => {
        const error = await errorOf(installSdk(store, requestOf(url, { hash: nar }), quiet));
        assert.is(error.exitCode, 3);
        assert.match(error.explain(), /the disk is full[\s\S]*XDG_DATA_HOME/);
      });
      assert.equal(leftIn(store), []);
    }),
  { skip },
);

test(
  'a disk that fills up while an archive of unknown size is fetched is named, and has as much free space as before',
  () =>
    onSmallDisk('256k', async (store, dir) => {
      const { file, nar } = await makeArchive(dir, { ballast: 600_000 });
      await onServer(
        (_request, response) => response.writeHead(200).end(contentOf(file)),
        async ({ url }) => {
          const error = await errorOf(installSdk(store, requestOf(url, { hash: nar }), quiet));
          assert.match(error.explain(), /the disk is full/);
        },
      );
      assert.equal(leftIn(store), []);
    }),
  { skip },
);

test('a folder that may not be written is named', () =>
  inFolder(async (dir) => {
    const { file, nar } = await makeArchive(dir);
    const store = new SdkStore(join(file, 'store'));
    const error = await errorOf(installSdk(store, requestOf(file, { hash: nar }), quiet));
    assert.is(error.exitCode, 3);
    assert.match(error.explain(), /cannot be written[\s\S]*XDG_DATA_HOME/);
  }));

run();
