// SPDX-License-Identifier: BSD-2-Clause
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { cleanRuns, listRuns } from '../../../harness/verdict/run-list.js';
import { inFolder } from '../../support/folder.js';
import { harness } from '../../support/harness.js';
import { below, conformFolder, conformReport, runFolder, storedVerdict } from '../../support/run-folders.js';
import { run, test } from '../../support/test.js';

const [first, second, third, cut] = [
  '20261120-100000-a',
  '20261121-100000-b',
  '20261122-100000-c',
  '20261119-100000-d',
] as const;

const folders = {
  ...below(`runs/${first}`, runFolder(storedVerdict())),
  ...below(`runs/${second}`, conformFolder(conformReport())),
  ...below(`runs/${third}`, runFolder(storedVerdict({ outcome: 'error' }))),
  ...below(`runs/${cut}`, { 'console.log': 'begun' }),
  'runs/mine/notes.txt': 'not a run folder',
};

test('runs list shows the newest first, with the outcome of each kind of run', () =>
  inFolder(folders, async (folder) => {
    const { code, out } = await harness(['runs', 'list', '--runs', join(folder, 'runs')]);
    assert.is(code, 0);
    assert.match(
      out,
      /^ {2}error +\S+-c[\s\S]*^ {2}fail +\S+-b +12\.0 s[\s\S]*^ {2}pass +\S+-a[\s\S]*^ {2}no verdict +\S+-d/m,
    );
    assert.not.match(out, /mine/);
  }));

test('runs show prints the results of a run, by default of the newest', () =>
  inFolder(folders, async (folder) => {
    const runs = ['--runs', join(folder, 'runs')];
    const newest = await harness(['runs', 'show', ...runs]);
    assert.match(
      newest.out,
      /^ {2}pass +CPU count +CPUs 0$[\s\S]*^error: .*qemu_virt_aarch64[\s\S]*^run folder: \S+-c$/m,
    );
    assert.match((await harness(['runs', 'show', second, ...runs])).out, /gicd\.rule1/);
    const { code, err } = await harness(['runs', 'show', '--runs', join(folder, 'none')]);
    assert.is(code, 2);
    assert.match(err, /there is no run folder/);
  }));

test('runs clean keeps the newest, runs that may be running, and anything that is not a run folder', () =>
  inFolder(folders, async (folder) => {
    const runs = join(folder, 'runs');
    const { out } = await harness(['runs', 'clean', '--keep', '1', '--runs', runs]);
    assert.match(out, /^removed: 2, /);
    assert.equal(readdirSync(runs).sort(), [cut, third, 'mine']);
    cleanRuns(runs, 1, Date.now() + 2 * 60 * 60 * 1000);
    assert.not(existsSync(join(runs, cut)));
    assert.equal(
      listRuns(runs).map(({ name }) => name),
      [third],
    );
    assert.is((await harness(['runs', 'clean', '--runs', runs])).code, 2);
  }));

run();
