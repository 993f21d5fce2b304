// SPDX-License-Identifier: BSD-2-Clause
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { HarnessError } from '../../../../harness/base/error.js';
import {
  expectedHash,
  type InstallArguments,
  readRequest,
} from '../../../../harness/microkit/install/request.js';
import { platformOf, publishedHash } from '../../../../harness/microkit/releases.js';
import { run, test } from '../../../support/test.js';
import { inFolder, write } from './support.js';

const hash = 'sha256-YpgIAXWB8v4Njm/5Oo0jZpRt/t+e+rVTwFTJ8zr2Hn4=';
const words = (more: Partial<InstallArguments>): InstallArguments => ({
  verify: true,
  replace: false,
  use: false,
  ...more,
});

test("a version is fetched from seL4's release page; 2.3 means 2.3.0", () => {
  for (const versionOrPath of ['2.3.0', '2.3']) {
    const { from, version } = readRequest(words({ versionOrPath }));
    assert.is(version, '2.3.0');
    assert.match('url' in from ? from.url : '', /^https:.*\/2\.3\.0\/microkit-sdk-2\.3\.0-.*\.tar\.gz$/);
  }
});

test('an address given by the user precedes the published one, and needs no version', () => {
  const url = 'https://mirror.example/sdk.tgz';
  assert.equal(readRequest(words({ versionOrPath: '2.1.0', url })).from, { url });
  assert.is(readRequest(words({ versionOrPath: '2.1.0', url })).version, '2.1.0');
  assert.is(readRequest(words({ url })).version, undefined);
});

test('a path is distinguished from a version by its slash or its suffix', () =>
  inFolder(async (dir) => {
    write(join(dir, 'a.tar.gz'), '');
    write(join(dir, 'odd'), '');
    for (const name of ['a.tar.gz', 'odd']) {
      assert.equal(readRequest(words({ versionOrPath: join(dir, name) })).from, { file: join(dir, name) });
    }
  }));

const mistakes: [given: Partial<InstallArguments>, reason: RegExp][] = [
  [{}, /needs a version, a path or --url/],
  [{ versionOrPath: '2.4.0' }, /no published SDK 2\.4\.0/],
  [{ versionOrPath: 'latest', url: 'https://a/b' }, /no published SDK latest/],
  [{ versionOrPath: './none.tar.gz' }, /archive does not exist/],
  [{ versionOrPath: 'none.tgz' }, /archive does not exist/],
  [{ versionOrPath: '/' }, /this is not a file/],
  [{ versionOrPath: '2.3.0', hash: 'abc' }, /SRI form/],
  [{ versionOrPath: '2.3.0', hash, verify: false }, /contradict/],
  [{ versionOrPath: '2.3.0', url: 'ftp://a/b' }, /begins with https/],
  [{ versionOrPath: '2.3.0', url: 'mirror/b' }, /begins with https/],
  [{ versionOrPath: '2.3.0', name: '../x' }, /under this name/],
  [{ versionOrPath: '2.3.0', name: '.x' }, /under this name/],
  [{ versionOrPath: '2.3.0', name: 'minikit' }, /under this name/],
  [{ versionOrPath: '2.3.0', name: 'default' }, /under this name/],
  [{ versionOrPath: '2.3.0', name: 'a.json' }, /under this name/],
];

for (const [given, reason] of mistakes) {
  test(`${JSON.stringify(given)} is a usage error`, () => {
    let error: unknown;
    try {
      readRequest(words(given));
    } catch (thrown) {
      error = thrown;
    }
    assert.instance(error, HarnessError);
    assert.is((error as HarnessError).exitCode, 2);
    assert.match((error as HarnessError).explain(), reason);
  });
}

test('a hash given by the user precedes the published one, and every version needs one of them', () => {
  const platform = platformOf();
  const request = readRequest(words({ versionOrPath: '2.3.0' }));
  const published = platform === undefined ? undefined : publishedHash('2.3.0', platform);
  assert.equal(expectedHash(request, '2.3.0'), { hash: published, trust: 'published' });
  assert.equal(expectedHash({ ...request, hash }, '2.3.0'), { hash, trust: 'given' });
  assert.is(expectedHash(request, '2.3.0-dev'), undefined);
  assert.is(expectedHash({ ...request, verify: false }, '2.3.0'), undefined);
});

run();
