// SPDX-License-Identifier: BSD-2-Clause
import { existsSync, readdirSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import * as assert from 'uvu/assert';
import { HarnessError } from '../../../harness/base/error.js';
import { inputFile, makeRunFolder, writeVerdict } from '../../../harness/verdict/folder.js';
import { endedBy, outcomeOf, type Result, type Verdict } from '../../../harness/verdict/verdict.js';
import { junit } from '../../../harness/verdict/verdict-junit.js';
import { inFolder } from '../../support/folder.js';
import { refusal } from '../../support/refusal.js';
import { run, test } from '../../support/test.js';

/** A folder without logs. */
const nowhere = '/nonexistent';
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
  const error = { name: 'four', outcome: 'error', ms: 0 } as const;
  const outcomes = [[pass], [pass, fail], [pass, undone], [pass, error, undone]].map((one) => outcomeOf(one));
  assert.equal(outcomes, ['pass', 'fail', 'fail', 'error']);
});

test('JUnit counts failed checks and checks that did not run, and replaces characters that XML does not allow', () => {
  const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' });
  const { testsuites } = parser.parse(junit(verdict, nowhere));
  const suite = testsuites.testsuite;
  assert.equal([suite.tests, suite.failures, suite.skipped], ['3', '1', '1']);
  assert.is(suite.testcase[1].failure.message, 'expected x < y & "z", got bell ?');
  assert.is(suite.testcase[1].failure['#text'], 'expected: x < y & "z"\ngot: bell ?\nconsole: console.log:7');
  assert.ok('skipped' in suite.testcase[2]);
});

test('JUnit reports only known values of a failure, and never a word that means nothing by itself', () => {
  const results: Result[] = [
    { name: 'one', outcome: 'fail', got: 'no prompt', ms: 0 },
    { name: 'two', outcome: 'fail', expected: 'true', got: 'false', ms: 0 },
    { name: 'three', outcome: 'error', got: 'QEMU died', ms: 0 },
  ];
  const text = junit({ ...verdict, outcome: 'error', results }, nowhere);
  assert.match(text, /<testsuites tests="3" failures="2" skipped="0" errors="1"/);
  assert.match(text, /<failure message="no prompt">got: no prompt</);
  assert.match(text, /<failure message="expected true, got false">/);
  assert.match(text, /<error message="QEMU died">got: QEMU died</);
  assert.not.match(text, /undefined/);
});

test("JUnit has a failed check's part of the console, its last lines, and a user's test under its file", () =>
  inFolder({ 'console.log': 'before\r\nfirst\r\n\u001b[31mlast\r\nafter\r\n' }, (folder) => {
    const of = (until: string, where = 'console.log:2') => {
      const part = { where, ...(until !== '' && { until }) };
      const results: Result[] = [{ name: 'one', outcome: 'fail', file: 'net/a.test.ts', ...part, ms: 0 }];
      return junit({ ...verdict, results }, folder);
    };
    assert.match(of('console.log:3'), /<system-out>first\n\\x1b\[31mlast<\/system-out>/);
    assert.match(of(''), /<system-out>first\n\\x1b\[31mlast\nafter<\/system-out>/);
    assert.match(of('console.log:3'), /classname="[^"]*debug\.2vcpu\.net\.a\.test\.ts" name="one"/);
    assert.not.match(of('', '../console.log:2'), /system-out/);
  }));

test('an interrupted run has an error in its JUnit, and its checks have not failed', () => {
  const results = [endedBy(new HarnessError('infrastructure', 'the machine was switched off'), true)].map(
    (result): Result => ({ name: 'one', ...result, ms: 0 }),
  );
  const text = junit({ ...verdict, outcome: 'interrupted', results }, nowhere);
  assert.match(text, /<testsuites tests="2" failures="0" skipped="1" errors="1"/);
  assert.match(text, /<error message="interrupted" type="interrupted">/);
});

test('an error of the product is a failure, any other an error of the check', () => {
  const outcomes = (['product', 'infrastructure', 'usage', 'harness'] as const).map(
    (fault) => endedBy(new HarnessError(fault, 'x'), false).outcome,
  );
  assert.equal(outcomes, ['fail', 'error', 'error', 'error']);
});

test('on a full disk neither the verdict nor the JUnit exists, not even in part', () =>
  inFolder({}, async (folder) => {
    symlinkSync('/dev/full', join(folder, '.junit.xml.partial'));
    const error = await refusal(writeVerdict(folder, verdict));
    assert.equal([error.exitCode, error.message], [3, 'the disk is full']);
    assert.equal(readdirSync(folder), []);
  }));

test('two runs in one second get separate folders, and latest is one of them', () =>
  inFolder({}, async (root) => {
    const date = new Date('2026-11-22T15:56:31.500Z');
    const folders = [1, 2].map(() => makeRunFolder(root, 'board', 'minikit', date));
    const names = (await Promise.all(folders)).map((path) => path.slice(root.length + 1)).sort();
    assert.equal(names, ['20261122-155631-board-minikit', '20261122-155631-board-minikit-2']);
    assert.ok(names.includes(readlinkSync(join(root, 'latest'))));
  }));

test('for a runs folder that cannot be created, the error says how to choose another', () =>
  inFolder({ runs: 'a file' }, async (folder) => {
    const error = await refusal(makeRunFolder(join(folder, 'runs', 'x'), 'board', 'minikit'));
    assert.is(error.exitCode, 3);
    assert.match(error.detail.wayOut ?? '', /--runs DIR/);
  }));

test('the verdict is in the folder as JSON and as JUnit', () =>
  inFolder({}, async (folder) => {
    await writeVerdict(folder, verdict);
    assert.equal(JSON.parse(readFileSync(join(folder, 'verdict.json'), 'utf8')), { version: 1, ...verdict });
    assert.ok(existsSync(join(folder, 'junit.xml')));
  }));

test('an input file is recorded by its path, size and SHA-256', () =>
  inFolder({ x: 'abc' }, async (folder) => {
    const { size, sha256 } = await inputFile(join(folder, 'x'));
    assert.is(size, 3);
    // FIPS 180-2, appendix B.1.
    assert.is(sha256, 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  }));

run();
