// SPDX-License-Identifier: BSD-2-Clause
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { noProgress } from '../../../harness/base/progress.js';
import { findSdk } from '../../../harness/microkit/find.js';
import { checkTool, describeSdk, requireBoard } from '../../../harness/microkit/sdk.js';
import { inFolder, sdkFiles } from '../../support/folder.js';
import { refusal } from '../../support/refusal.js';
import { run, test } from '../../support/test.js';

const below = (folder: string, files: Record<string, string>) =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));

test("a directory of the SDK's shape is described by its boards, configurations and version", () =>
  inFolder(sdkFiles(), async (dir) => {
    const sdk = await describeSdk(dir, 'MICROKIT_SDK');
    assert.equal([sdk.name, sdk.provider, sdk.version], ['microkit-2.0.1', 'microkit', '2.0.1']);
    assert.equal(
      [...sdk.boards],
      [
        ['odroidc4', ['debug']],
        ['qemu_virt_aarch64', ['debug', 'release']],
      ],
    );
  }));

test("an SDK with minikit's kernel is known as minikit", () =>
  inFolder(sdkFiles('', 'minikit.elf'), async (dir) => {
    const sdk = await describeSdk(dir, 'built here');
    assert.equal([sdk.name, sdk.provider], ['minikit', 'minikit']);
  }));

/** The first test that needs a minikit of Microkit 2.3 builds it, for every board. */
const buildLimit = 180_000;

test(
  'minikit is built as the requested version of Microkit, and only as a supported one',
  async () => {
    const find = (microkit: string) =>
      findSdk({ wanted: 'minikit', microkit, progress: noProgress, root: '/no' });
    const sdk = await find('2.3');
    assert.equal([sdk.name, sdk.version, sdk.provider], ['minikit-2.3.0', '2.3.0', 'minikit']);
    assert.ok(sdk.boards.get('qemu_virt_aarch64')?.includes('smp-release'));
    const error = await refusal(find('2.2.0'));
    assert.is(error.exitCode, 2);
    assert.is(error.message, 'minikit cannot be Microkit 2.2.0');
    assert.is(error.detail.expected, '2.0.1 or 2.3.0');
  },
  { limit: buildLimit },
);

test('an SDK of another version than the requested one is refused', () =>
  inFolder(sdkFiles(), async (dir) => {
    const find = (microkit: string) => findSdk({ wanted: dir, microkit, progress: noProgress, root: '/no' });
    assert.is((await find('2.0.1')).name, 'microkit-2.0.1');
    const error = await refusal(find('2.3'));
    assert.equal([error.exitCode, error.message], [2, 'microkit-2.0.1 is not Microkit 2.3']);
  }));

test('a MICROKIT_SDK that does not exist is an error, and minikit does not replace it', async () => {
  const error = await refusal(
    findSdk({ env: { MICROKIT_SDK: '/no/such/sdk' }, progress: noProgress, root: '/no' }),
  );
  assert.is(error.exitCode, 2);
  assert.match(error.explain(), /^\/no\/such\/sdk: MICROKIT_SDK does not name a Microkit SDK/);
  assert.match(error.explain(), /no such directory/);
});

for (const missing of ['bin', 'VERSION', 'board']) {
  test(`a directory without ${missing} is not an SDK, and the error names what is missing`, () =>
    inFolder(sdkFiles(), async (dir) => {
      rmSync(join(dir, missing), { recursive: true });
      const error = await refusal(describeSdk(dir, '--sdk'));
      assert.match(error.detail.got ?? '', new RegExp(`no ${missing}`));
    }));
}

for (const version of ['../../evil', '2.0.1/..', '..', '.hidden', 'a b', '\u001b[31m2', 'x'.repeat(65)]) {
  test(`a VERSION of ${JSON.stringify(version.slice(0, 12))} never becomes part of a path`, () =>
    inFolder({ ...sdkFiles(), VERSION: `${version}\n` }, async (dir) => {
      const error = await refusal(describeSdk(dir, '--sdk'));
      assert.equal([error.exitCode, error.detail.where], [2, join(dir, 'VERSION')]);
      assert.match(error.message, /cannot become the name of a folder/);
    }));
}

test('a VERSION that is not a regular file, or has no end, is refused', () =>
  inFolder(sdkFiles(), async (dir) => {
    const file = join(dir, 'VERSION');
    rmSync(file);
    symlinkSync('/dev/zero', file);
    assert.is((await refusal(describeSdk(dir, '--sdk'))).detail.got, 'a device');
    rmSync(file);
    writeFileSync(file, '2'.repeat(5000));
    assert.match((await refusal(describeSdk(dir, '--sdk'))).message, /VERSION is too large/);
  }));

test('a board that the SDK does not have is refused with the nearest name', () =>
  inFolder(sdkFiles(), async (dir) => {
    const sdk = await describeSdk(dir, 'MICROKIT_SDK');
    requireBoard(sdk, 'qemu_virt_aarch64', 'release');
    const error = await refusal(() => requireBoard(sdk, 'odroidc3', 'debug'));
    assert.is(error.exitCode, 2);
    assert.is(error.message, 'microkit-2.0.1 does not have board odroidc3');
    assert.is(error.detail.wayOut, 'did you mean odroidc4?');
    const config = await refusal(() => requireBoard(sdk, 'odroidc4', 'release'));
    assert.match(config.message, /does not have configuration release of board odroidc4/);
    // A known board was not mistyped.
    const lacking = await refusal(() => requireBoard(sdk, 'odroidc2', 'debug'));
    assert.is(lacking.detail.wayOut, 'another SDK has it: vmm-harness sdk list');
  }));

test('a tool that runs is accepted', () =>
  inFolder(sdkFiles(), async (dir) => checkTool(await describeSdk(dir, 'MICROKIT_SDK'))));

test('an SDK for another kind of host is refused with the kinds of program and host', () =>
  // An ELF header for AArch64 (e_machine 183) and nothing after it.
  inFolder(sdkFiles(`\x7fELF\x02\x01\x01${'\0'.repeat(9)}\x02\0\xb7\0${'\0'.repeat(44)}`), async (dir) => {
    const error = await refusal(checkTool(await describeSdk(dir, 'MICROKIT_SDK')));
    assert.is(error.exitCode, 2);
    assert.match(error.explain(), new RegExp(`a program for ${process.platform} ${process.arch}`));
  }));

test('a tool whose loader is missing (another libc) is refused with its name', () =>
  inFolder(sdkFiles('#!/no/such/loader\n'), async (dir) => {
    const error = await refusal(checkTool(await describeSdk(dir, 'MICROKIT_SDK')));
    assert.match(error.detail.got ?? '', /\/no\/such\/loader/);
  }));

test('a tool that fails is refused with its message', () =>
  inFolder(sdkFiles('#!/bin/sh\necho GLIBC_2.99 not found >&2; exit 1\n'), async (dir) => {
    const error = await refusal(checkTool(await describeSdk(dir, 'MICROKIT_SDK')));
    assert.match(error.detail.got ?? '', /GLIBC_2.99 not found/);
  }));

test('MICROKIT_SDK comes before an installed one, and --sdk before both', () =>
  inFolder({ ...below('env', sdkFiles()), ...below('root/2.3.0', sdkFiles()) }, async (folder) => {
    const root = join(folder, 'root');
    symlinkSync('2.3.0', join(root, 'default'));
    const env = { MICROKIT_SDK: join(folder, 'env') };
    const source = async (options: object) =>
      (await findSdk({ progress: noProgress, root, ...options })).source;
    assert.is(await source({ env }), 'MICROKIT_SDK');
    assert.is(await source({ env: {} }), 'installed');
    assert.is(await source({ env, wanted: '2.3.0' }), 'installed');
    assert.is(await source({ env: {}, wanted: join(folder, 'env') }), '--sdk');
  }));

test('for an unknown name the nearest SDK is suggested', () =>
  inFolder(below('2.3.0', sdkFiles()), async (root) => {
    const error = await refusal(findSdk({ env: {}, wanted: 'minikti', progress: noProgress, root }));
    assert.is(error.detail.wayOut, 'did you mean minikit?');
  }));

run();
