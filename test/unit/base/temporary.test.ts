// SPDX-License-Identifier: BSD-2-Clause
import { chownSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as assert from 'uvu/assert';
import { startOf } from '../../../harness/base/process-stat.js';
import { sweep, temporaryFolder, temporaryRoot } from '../../../harness/base/temporary.js';
import { inFolder } from '../../support/folder.js';
import { run, test } from '../../support/test.js';

test('a TMPDIR is passed over when its path would be misread, is too long or cannot be written', () =>
  inFolder({ 'a,b/x': '', 'a:b/x': '', 'a b/x': '', 'plain/x': '' }, (folder) => {
    assert.is(temporaryRoot(join(folder, 'plain')), join(folder, 'plain'));
    const long = join(folder, 'x'.repeat(90));
    mkdirSync(long);
    for (const name of ['a,b', 'a:b', 'a b', 'x'.repeat(90), 'missing'])
      assert.is(temporaryRoot(join(folder, name)), '/tmp', name);
  }));

test("a temporary folder is named after its process, and the next process removes a killed one's", () =>
  inFolder({ other: '' }, async (root) => {
    const made = await temporaryFolder('trial', root);
    assert.match(
      basename(made),
      new RegExp(`^vmm-harness\\.trial\\.${process.pid}\\.${startOf(process.pid)}\\.`),
    );
    assert.is(dirname(made), root);
    const left = join(root, 'vmm-harness.trial.4194303.77.abcdef');
    const reused = join(root, `vmm-harness.trial.${process.pid}.1.abcdef`);
    mkdirSync(join(left, 'sub'), { recursive: true });
    mkdirSync(reused);
    const planted = join(root, 'vmm-harness.trial.4194302.77.abcdef');
    symlinkSync(join(root, 'other'), planted);
    const foreign = join(root, 'vmm-harness.trial.4194301.77.abcdef');
    mkdirSync(foreign);
    if (process.geteuid?.() === 0) chownSync(foreign, 65_534, 65_534);
    sweep(root);
    assert.not.ok(existsSync(left));
    assert.not.ok(existsSync(reused));
    assert.ok(existsSync(made));
    assert.ok(readdirSync(root).includes(basename(planted)));
    if (process.geteuid?.() === 0) assert.ok(existsSync(foreign));
    await rm(made, { recursive: true });
  }));

run();
