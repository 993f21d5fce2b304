// SPDX-License-Identifier: BSD-2-Clause
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { HarnessError } from '../../../../harness/base/error.js';
import {
  expectedHash,
  type InstallWords,
  readRequest,
} from '../../../../harness/microkit/install/request.js';
import { platformOf, publishedHash } from '../../../../harness/microkit/releases.js';
import { run, test } from '../../../support/test.js';
import { inFolder, write } from './support.js';

const hash = 'sha256-YpgIAXWB8v4Njm/5Oo0jZpRt/t+e+rVTwFTJ8zr2Hn4=';
const words = (more: Partial<InstallWords>): InstallWords => ({
  verify: true,
  replace: false,
  use: false,
  ...more,
});

test('a version is fetched from where seL4 publishes it; 2.3 stands for 2.3.0', () => {
  for (const what of ['2.3.0', '2.3']) {
    const { from, version } = readRequest(words({ what }));
    assert.is(version, '2.3.0');
    assert.match('url' in from ? from.url : '', /^https:.*\/2\.3\.0\/microkit-sdk-2\.3\.0-.*\.tar\.gz$/);
  }
});

test('an address of the user goes before the published one, and may name no version', () => {
  const url = 'https://mirror.example/sdk.tgz';
  assert.equal(readRequest(words({ what: '2.1.0', url })).from, { url });
  assert.is(readRequest(words({ what: '2.1.0', url })).version, '2.1.0');
  assert.is(readRequest(words({ url })).version, undefined);
});

test('a path is told from a version by its slash or its ending', () =>
  inFolder(async (dir) => {
    write(join(dir, 'a.tar.gz'), '');
    write(join(dir, 'odd'), '');
    for (const name of ['a.tar.gz', 'odd']) {
      assert.equal(readRequest(words({ what: join(dir, name) })).from, { file: join(dir, name) });
    }
  }));

const mistakes: [given: Partial<InstallWords>, reason: RegExp][] = [
  [{}, /needs a version, a path or --url/],
  [{ what: '2.4.0' }, /no published SDK 2\.4\.0/],
  [{ what: 'latest', url: 'https://a/b' }, /no published SDK latest/],
  [{ what: './none.tar.gz' }, /no such archive/],
  [{ what: 'none.tgz' }, /no such archive/],
  [{ what: '/' }, /this is no file/],
  [{ what: '2.3.0', hash: 'abc' }, /SRI form/],
  [{ what: '2.3.0', hash, verify: false }, /contradict/],
  [{ what: '2.3.0', url: 'ftp://a/b' }, /begins with https/],
  [{ what: '2.3.0', url: 'mirror/b' }, /begins with https/],
  [{ what: '2.3.0', name: '../x' }, /under this name/],
  [{ what: '2.3.0', name: '.x' }, /under this name/],
  [{ what: '2.3.0', name: 'minikit' }, /under this name/],
  [{ what: '2.3.0', name: 'default' }, /under this name/],
  [{ what: '2.3.0', name: 'a.json' }, /under this name/],
];

for (const [given, reason] of mistakes) {
  test(`${JSON.stringify(given)} is a mistake of the user`, () => {
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

test('a hash of the user goes before the published one, and no version is free of both', () => {
  const platform = platformOf();
  const request = readRequest(words({ what: '2.3.0' }));
  const published = platform === undefined ? undefined : publishedHash('2.3.0', platform);
  assert.equal(expectedHash(request, '2.3.0'), { hash: published, trust: 'published' });
  assert.equal(expectedHash({ ...request, hash }, '2.3.0'), { hash, trust: 'given' });
  assert.is(expectedHash(request, '2.3.0-dev'), undefined);
  assert.is(expectedHash({ ...request, verify: false }, '2.3.0'), undefined);
});

run();
