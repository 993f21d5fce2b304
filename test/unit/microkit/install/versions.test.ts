// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import { differences } from '../../../../harness/microkit/differences.js';
import { platformOf, platforms, publishedHash, releaseUrl } from '../../../../harness/microkit/releases.js';
import { knownVersion, microkitFacts } from '../../../../harness/microkit/versions.js';
import { versions } from '../../../../harness/system/versions.js';
import { run, test } from '../../../support/test.js';

test('every release has a hash of 256 bits for every platform, and no two are the same', () => {
  const hashes = versions.flatMap((version) => platforms.map((platform) => publishedHash(version, platform)));
  for (const hash of hashes) assert.match(hash ?? '', /^sha256-[A-Za-z0-9+/]{43}=$/);
  assert.is(new Set(hashes).size, versions.length * platforms.length);
});

test('a version that is not published has no hash', () => {
  assert.is(publishedHash('2.0.2', 'linux-x86-64'), undefined);
  assert.is(publishedHash('toString', 'linux-x86-64'), undefined);
});

test('the address of a release names its version and the platform', () => {
  const address = releaseUrl('2.3.0', 'linux-aarch64');
  assert.match(address, /^https:.*\/2\.3\.0\/microkit-sdk-2\.3\.0-linux-aarch64\.tar\.gz$/);
});

test('hosts without a published SDK have no platform', () => {
  assert.is(platformOf('linux', 'x64'), 'linux-x86-64');
  assert.is(platformOf('darwin', 'arm64'), 'macos-aarch64');
  assert.is(platformOf('linux', 'riscv64'), undefined);
  assert.is(platformOf('win32', 'x64'), undefined);
});

test('a development version is treated as the newest release that is not newer', () => {
  assert.is(knownVersion('2.1.0'), '2.1.0');
  assert.is(knownVersion('2.2.1-dev.14+5ab3f1c\n'), '2.2.0');
  assert.is(knownVersion('2.0.2'), '2.0.1');
  assert.is(knownVersion('10.0.0'), '2.3.0');
  assert.is(knownVersion('1.4.1'), undefined);
  assert.is(knownVersion('trunk'), undefined);
});

test('every row of the table of differences differs between versions', () => {
  for (const { what, values } of differences) {
    assert.ok(new Set(Object.values(values)).size > 1, `'${what}' does not differ`);
  }
});

test('the error of the loader for several cores is recognised', () => {
  const line = 'LDR|ERROR|CPU0: seL4 configured as a hypervisor, but not in EL2';
  assert.not.match(line, microkitFacts['2.0.1'].log.loaderError);
  for (const version of ['2.1.0', '2.2.0', '2.3.0'] as const)
    assert.match(line, microkitFacts[version].log.loaderError);
  assert.match('LDR|ERROR: relocation failed', microkitFacts['2.3.0'].log.loaderError);
});

test('prefill_path is among the new attributes of 2.2.0 and of no other version', () => {
  const words = differences.find((row) => row.what === 'new elements and attributes');
  const having = versions.filter((version) => words?.values[version].includes('memory_region prefill_path'));
  assert.equal(having, ['2.2.0']);
});

run();
