// SPDX-License-Identifier: BSD-2-Clause
import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import * as assert from 'uvu/assert';
import { inputFile, makeRunFolder, writeVerdict } from '../../../harness/verdict/folder.js';
import { junit } from '../../../harness/verdict/junit.js';
import { outcomeOf, type Verdict } from '../../../harness/verdict/verdict.js';
import { inFolder } from '../../support/folder.js';
import { refusal } from '../../support/refusal.js';
import { run, test } from '../../support/test.js';

const file = { path: '/x', sha256: '00', size: 1 };
const verdict: Verdict = {
  outcome: 'fail',
  board: 'qemu_virt_aarch64',
  sdk: { name: 'minikit', version: '2.0.1', dir: '/sdk' },
  config: 'debug',
  vcpus: 2,
  target: 'qemu',
  started: '2026-11-22T15:56:31.000Z',
  ms: 1234,
  results: [
    { name: 'one', outcome: 'pass', expected: 'a', got: 'a', ms: 10 },
    {
      name: 'two',
      outcome: 'fail',
      expected: 'x < y & "z"',
      got: 'bell \x07',
      where: 'console.log:7',
      ms: 20,
    },
    { name: 'three', outcome: 'not run', ms: 0 },
  ],
  image: file,
  inputs: { kernel: file },
  facts: {},
  repeat: 'vmm-harness run',
};

test('a run passes only when there are checks and all of them passed', () => {
  const [pass, fail, undone] = verdict.results;
  assert.is(outcomeOf([]), 'fail');
  if (!pass || !fail || !undone) throw new Error('three results');
  assert.equal([[pass], [pass, fail], [pass, undone]].map(outcomeOf), ['pass', 'fail', 'fail']);
});

test('JUnit counts what failed and what was not run, and quotes what XML can not hold', () => {
  const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' });
  const { testsuites } = parser.parse(junit(verdict));
  const suite = testsuites.testsuite;
  assert.equal([suite.tests, suite.failures, suite.skipped], ['3', '1', '1']);
  assert.is(suite.testcase[1].failure.message, 'bell ?');
  assert.is(suite.testcase[1].failure['#text'], 'expected: x < y & "z"\ngot: bell ?\nat: console.log:7');
  assert.ok('skipped' in suite.testcase[2]);
});

test('two runs in one second get folders of their own, and latest is one of them', () =>
  inFolder({}, async (root) => {
    const date = new Date('2026-11-22T15:56:31.500Z');
    const folders = [1, 2].map(() => makeRunFolder(root, 'board', 'minikit', date));
    const names = (await Promise.all(folders)).map((path) => path.slice(root.length + 1)).sort();
    assert.equal(names, ['20261122-155631-board-minikit', '20261122-155631-board-minikit-2']);
    assert.ok(names.includes(readlinkSync(join(root, 'latest'))));
  }));

test('a runs folder that can not be made says how to choose another', () =>
  inFolder({ runs: 'a file' }, async (folder) => {
    const error = await refusal(makeRunFolder(join(folder, 'runs', 'x'), 'board', 'minikit'));
    assert.is(error.exitCode, 3);
    assert.match(error.detail.wayOut ?? '', /--runs DIR/);
  }));

test('the verdict lies in the folder as JSON and as JUnit', () =>
  inFolder({}, async (folder) => {
    await writeVerdict(folder, verdict);
    assert.equal(JSON.parse(readFileSync(join(folder, 'verdict.json'), 'utf8')), verdict);
    assert.ok(existsSync(join(folder, 'junit.xml')));
  }));

test('an input file is known by its path, size and SHA-256', () =>
  inFolder({ x: 'abc' }, async (folder) => {
    const { size, sha256 } = await inputFile(join(folder, 'x'));
    assert.is(size, 3);
    // FIPS 180-2, appendix B.1.
    assert.is(sha256, 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  }));

run();
