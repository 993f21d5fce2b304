// SPDX-License-Identifier: BSD-2-Clause
/** docs/ci.md: the commands in its files exist and fit together, and merging works as described. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as assert from 'uvu/assert';
import { packageRoot } from '../../harness/base/paths.js';
import { inFolder } from '../support/folder.js';
import { cli } from '../support/harness.js';
import { refusalOfWords } from '../support/program.js';
import { below, runFolder, storedVerdict } from '../support/run-folders.js';
import { run, test } from '../support/test.js';

const page = readFileSync(join(packageRoot, 'docs', 'ci.md'), 'utf8');

/** The command lines of the files, with the CI's variables replaced. */
const commands = [...page.matchAll(/^ +- (?:run: )?((?:npx|npm) .*)$/gm)].map(([, line = '']) =>
  line
    .replace(/\$\{\{ matrix\.shard \}\}/g, '1')
    .replaceAll('$CI_NODE_INDEX', '1')
    .replaceAll('$CI_NODE_TOTAL', '3'),
);

test('every command in the files is accepted by the program', async () => {
  const ours = commands.filter((line) => line.startsWith('npx vmm-harness '));
  assert.is(ours.length, 7);
  for (const line of ours) {
    assert.is(await refusalOfWords(line.split(' ').slice(2)), undefined, line);
  }
  assert.equal([...new Set(commands.filter((line) => line.startsWith('npm ')))], ['npm ci']);
});

test('both files merge the results of the shards, as the shell of a CI expands them', () => {
  const [merge, ...others] = commands.filter((line) => line.includes('report merge'));
  assert.ok(merge);
  assert.equal(others, [merge]);
  const files = {
    ...below('runs/1/20261126-100000-test-mine', runFolder(storedVerdict())),
    ...below('runs/2/20261126-100001-test-mine', runFolder(storedVerdict({ board: 'odroidc4' }))),
  };
  return inFolder(files, async (folder) => {
    const script = merge.replace('npx vmm-harness', `"${process.execPath}" "${cli}"`);
    await promisify(execFile)('sh', ['-c', script], { cwd: folder });
    const report = readFileSync(join(folder, 'merged', 'report.html'), 'utf8');
    assert.match(report, /odroidc4/);
    assert.ok(existsSync(join(folder, 'merged', 'summary.md')));
  });
});

test('the tarball named in the page has this version', () => {
  const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));
  const named = [...page.matchAll(/sel4-vmm-harness-(\d[\d.]*\d)\.tgz/g)].map(([, one]) => one);
  assert.ok(named.length > 0);
  assert.equal([...new Set(named)], [version]);
});

run();
