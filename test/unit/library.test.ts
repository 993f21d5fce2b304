// SPDX-License-Identifier: BSD-2-Clause
/** The public face of the package: what is exported is what was exported. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { packageRoot } from '../../harness/base/paths.js';
import { run, test } from '../support/test.js';

/** What each entry of the package exports besides types. Taking one away is for a new major version. */
const exported: Record<string, readonly string[]> = {
  'sel4-vmm-harness': [
    ...['Console', 'ConsoleLog', 'DescriptionError', 'GuestShell', 'HarnessError', 'MemoryRegion', 'Model'],
    ...['ProtectionDomain', 'Source', 'System', 'VirtualMachine', 'allRules', 'boardFacts', 'boards', 'boot'],
    ...['checkSystem', 'conform', 'deadMarkers', 'defaultConfig', 'defaultVersion', 'dialects'],
    ...['differential', 'drawSystem'],
    ...[
      'exitCodes',
      'explainMistake',
      'explainSystem',
      'formatSystem',
      'labTarget',
      'loadLab',
      'mergeReports',
    ],
    ...['noProgress', 'qemuTarget', 'readChecked', 'readSystem', 'sdk', 'sdks', 'testSuite', 'versions'],
    'writeSystem',
  ],
  'sel4-vmm-harness/system': [
    ...['DescriptionError', 'MemoryRegion', 'ProtectionDomain', 'Source', 'System', 'VirtualMachine'],
    ...['checkSystem', 'defaultVersion', 'drawSystem', 'explainMistake', 'explainSystem', 'formatSystem'],
    ...['readChecked', 'readSystem', 'versions', 'writeSystem'],
  ],
  'sel4-vmm-harness/test': ['test'],
};

for (const [name, names] of Object.entries(exported)) {
  test(`${name} exports what it did`, async () => {
    assert.equal(Object.keys((await import(name)) as object), names);
  });
}

test('every function and class of the library says since when it is there', () => {
  const face = readFileSync(join(packageRoot, 'harness', 'index.ts'), 'utf8');
  for (const [, path = ''] of face.matchAll(/'\.\/(library\/[\w-]+)\.js'/g)) {
    const text = readFileSync(join(packageRoot, 'harness', `${path}.ts`), 'utf8');
    const functions = text.match(/^export (?:async )?function /gm) ?? [];
    assert.is((text.match(/^ \* @since \d/gm) ?? []).length, functions.length, path);
  }
});

test('a test of a suite that is run alone says what runs it', async () => {
  const { test: suiteTest } = await import('../../harness/test.js');
  assert.throws(() => suiteTest('a', () => {}), /cannot be run alone/);
});

run();
