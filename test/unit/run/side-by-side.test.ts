// SPDX-License-Identifier: BSD-2-Clause
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import * as assert from 'uvu/assert';
import { exitCodes, type Fault, HarnessError } from '../../../harness/base/error.js';
import { boardTable } from '../../../harness/cli/board-table.js';
import { type Lane, laneProgress, sideBySide } from '../../../harness/run/side-by-side.js';
import { exitCodeOf, writeSummary } from '../../../harness/verdict/summary.js';
import type { BoardRun, Run, Verdict } from '../../../harness/verdict/verdict.js';
import { inFolder } from '../../support/folder.js';
import { run, test } from '../../support/test.js';

const file = { path: '/x', sha256: '00', size: 1 };

/** A run of two checks; `fault` makes the second one fail. */
function runOf(folder: string, fault?: Fault): Run {
  const verdict: Verdict = {
    outcome: fault === undefined ? 'pass' : 'fail',
    board: 'qemu_virt_aarch64',
    config: 'debug',
    vcpus: 1,
    target: 'lab: x',
    sdk: { name: 'minikit', version: '2.0.1', dir: '/sdk' },
    started: '2026-11-22T15:56:31.000Z',
    ms: 12_340,
    results: [
      { name: 'boot to the prompt', outcome: 'pass', got: '3 s', ms: 10 },
      fault === undefined
        ? { name: 'clock', outcome: 'pass', ms: 10 }
        : { name: 'clock', outcome: 'fail', expected: '2 s', got: '9 s', where: 'console.log:7', ms: 10 },
    ],
    ...(fault !== undefined && fault !== 'product' && { error: { fault, message: 'ended' } }),
    image: file,
    inputs: {},
    facts: {},
    repeat: 'vmm-harness run',
  };
  return { folder, verdict };
}

const absent = new HarnessError('infrastructure', 'the serial port does not exist', {
  where: '/dev/ttyNONE0',
});
const boards: BoardRun[] = [
  { name: 'left', run: runOf('/runs/all/left') },
  { name: 'right', run: runOf('/runs/all/right', 'product') },
  { name: 'gone', error: absent },
];

test('boards run at the same time, each in its own folder, and a failure on one does not end the others', () =>
  inFolder({}, async (folder) => {
    const lanes: Lane[] = [];
    let meet = () => {};
    const allAtWork = new Promise<void>((resolve) => {
      meet = resolve;
    });
    const { signal } = new AbortController();
    const work = async (lane: Lane) => {
      // None continues before the others have begun.
      if (lanes.push(lane) === 3) meet();
      await allAtWork;
      if (lane.name === 'b') throw absent;
      if (lane.name === 'c') throw new TypeError('oops');
      return runOf(lane.folder);
    };
    const all = await sideBySide(['a', 'b', 'c'], { folder, progress: () => {}, signal }, work);
    assert.ok(lanes.every(({ name, folder: own }) => own === join(folder, name) && existsSync(own)));
    assert.equal(
      all.map((one) => ('run' in one ? one.run.verdict.outcome : 'error' in one && one.error.fault)),
      ['pass', 'infrastructure', 'harness'],
    );
  }));

const codes: [what: string, faults: (Fault | undefined)[], code: number][] = [
  ['every board passed', [undefined, undefined], 0],
  ['a board is unavailable', [undefined, 'infrastructure'], 3],
  ['a product failed and another board is unavailable', ['infrastructure', 'product'], 1],
  ['the harness has a bug, whatever else happened', ['product', 'harness', undefined], 4],
];
for (const [what, faults, code] of codes) {
  test(`when ${what}, the exit code is ${code}`, () => {
    assert.is(exitCodeOf(faults.map((fault, n) => ({ name: String(n), run: runOf('/x', fault) }))), code);
  });
}

test('each line of progress names its board and the duration of its own step', () => {
  let now = 0;
  const said: string[] = [];
  const progress = laneProgress(
    'left',
    (event) => said.push(event.kind === 'note' ? event.text : event.kind),
    () => now,
  );
  progress({ kind: 'start', step: 'upload' });
  now = 1_500;
  progress({ kind: 'part', step: 'upload', done: 1, total: 2, unit: 'MB' });
  progress({ kind: 'note', text: 'sending again' });
  progress({ kind: 'done', step: 'upload', note: '2 MB' });
  assert.equal(said, ['left: sending again', '  left: upload: 2 MB (1.5 s)']);
});

test('the table has a column for each board, a row for each check, and the fault', () => {
  const text = boardTable(boards, join(process.cwd(), 'runs/all'), 'vmm-harness run --all');
  const expected = [
    '',
    '                      left    right   gone',
    '  boot to the prompt  pass    pass    -',
    '  clock               pass    FAIL    -',
    '  time                12.3 s  12.3 s  -',
    '  verdict             PASS    FAIL    infrastructure',
    '',
    'right: clock',
    '  expected: 2 s',
    '  got:      9 s',
    '  at:       right/console.log:7',
    '',
    'gone: /dev/ttyNONE0: the serial port does not exist',
    '',
    'FAIL: 1 of 3 boards',
    'run folder: runs/all',
    'repeat: vmm-harness run --all',
  ];
  assert.is(text, expected.join('\n'));
});

test('the folder holds one verdict and one JUnit file of all boards', () =>
  inFolder({}, async (folder) => {
    await writeSummary(folder, boards, 'vmm-harness run --all', 20_000);
    const verdict = JSON.parse(readFileSync(join(folder, 'verdict.json'), 'utf8'));
    assert.is(verdict.outcome, 'fail');
    assert.equal(
      verdict.boards.map(({ name, outcome, fault }: Record<string, unknown>) => [name, outcome, fault]),
      [
        ['left', 'pass', null],
        ['right', 'fail', 'product'],
        ['gone', 'no verdict', 'infrastructure'],
      ],
    );
    const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' });
    const { testsuites } = parser.parse(readFileSync(join(folder, 'junit.xml'), 'utf8'));
    assert.equal([testsuites.tests, testsuites.failures, testsuites.errors], ['5', '1', '1']);
    assert.equal(
      testsuites.testsuite.map(({ name }: { name: string }) => name),
      ['left.minikit.debug.1vcpu', 'right.minikit.debug.1vcpu', 'gone'],
    );
    assert.is(testsuites.testsuite[2].testcase.error.type, 'infrastructure');
  }));

test('boards whose runs were interrupted have no common verdict', () =>
  inFolder({}, async (folder) => {
    await writeSummary(folder, boards, 'vmm-harness run --all', 20_000, true);
    assert.is(JSON.parse(readFileSync(join(folder, 'verdict.json'), 'utf8')).outcome, 'interrupted');
  }));

test('the worst of several faults gives the exit code: harness, product, usage, infrastructure', () => {
  const order: Fault[] = ['harness', 'product', 'usage', 'infrastructure'];
  const board = (fault: Fault): BoardRun =>
    fault === 'product'
      ? { name: fault, run: runOf('/runs/x', 'product') }
      : { name: fault, error: new HarnessError(fault, 'x') };
  for (const [place, worst] of order.entries())
    for (const other of order.slice(place)) {
      assert.is(exitCodeOf([board(other), board(worst)]), exitCodes[worst], `${worst} and ${other}`);
      assert.is(exitCodeOf([board(worst), board(other)]), exitCodes[worst], `${other} and ${worst}`);
    }
  assert.is(exitCodeOf([{ name: 'good', run: runOf('/runs/x') }]), 0);
});

test('unavailable boards without a failed product are an error, not a failure', () =>
  inFolder({}, async (folder) => {
    const some = boards.filter(({ name }) => name !== 'right');
    await writeSummary(folder, some, 'vmm-harness run --all', 20_000);
    assert.is(JSON.parse(readFileSync(join(folder, 'verdict.json'), 'utf8')).outcome, 'error');
  }));

test('a check that could not run on a board is explained below the table, as a failed one is', () => {
  const one = runOf('/runs/all/left', 'infrastructure');
  for (const result of one.verdict.results) if (result.outcome === 'fail') result.outcome = 'error';
  const text = boardTable([{ name: 'left', run: one }], '/runs/all', 'vmm-harness run --all');
  assert.match(text, /^ {2}clock +error$/m);
  assert.match(text, /^left: clock\n {2}expected: 2 s$/m);
});

run();
