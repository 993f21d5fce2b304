// SPDX-License-Identifier: BSD-2-Clause
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { lanesOf } from '../../../harness/verdict/report/app/lanes.js';
import { consoleLines } from '../../../harness/verdict/report/console-lines.js';
import { readRunFolder } from '../../../harness/verdict/report/entries.js';
import { markdownOf } from '../../../harness/verdict/report/markdown.js';
import { reportOf, writePageOf } from '../../../harness/verdict/report/write.js';
import { inFolder } from '../../support/folder.js';
import { refusal } from '../../support/refusal.js';
import {
  below,
  conformFolder,
  conformReport,
  failedResult,
  hostileLines,
  runFolder,
  storedVerdict,
} from '../../support/run-folders.js';
import { run, test } from '../../support/test.js';

test('a console keeps its colours across lines, and shows every other control character as text', () => {
  const { lines } = consoleLines('\u001b[31mred\nstill \u001b[39mplain\u0007 \u202eabc\u001b[2J\r\n');
  assert.equal(lines, [
    { spans: [['red', 'red']] },
    { spans: [['still ', 'red'], ['plain\u2407 \\u{202e}abc\u241b[2J']] },
  ]);
});

test('a line has the time recorded by the host', () => {
  const { lines } = consoleLines('# seconds since 2026\n[   12.345] [    0.000000] Booting\n');
  assert.equal(lines, [{ at: 12.345, spans: [['[    0.000000] Booting']] }]);
});

test('the end of a long console is kept, and the omitted lines are counted', () => {
  const { lines, skipped } = consoleLines('x\n'.repeat(20_500));
  assert.is(lines.length, 20_000);
  assert.is(skipped, 500);
});

test('a run folder is an entry with its checks, their lines and its files', () =>
  inFolder(runFolder(storedVerdict()), (folder) => {
    const [entry] = readRunFolder(folder);
    if (entry?.kind !== 'run') return assert.unreachable();
    assert.is(entry.name, 'qemu_virt_aarch64, minikit, debug, 1 vCPU');
    assert.is(entry.checks[1]?.line, 3);
    assert.equal(
      entry.files.map(({ role }) => role),
      ['image', 'kernel'],
    );
    assert.is(entry.console.length, hostileLines.length);
  }));

test("a user's test is a row with its file, its phases and its part of a console, and each serial line is kept", () => {
  const phases = [
    { name: 'snapshot', ms: 200 },
    { name: 'test', ms: 40 },
  ];
  const own = { name: 'it works', outcome: 'pass', file: 'a.test.ts', ms: 240, phases };
  const results = [
    { ...own, where: 'console.log:2', until: 'console.log:4' },
    { ...own, name: 'the other', where: 'serial-1.log:1', until: 'serial-1.log:1' },
  ];
  const files = { ...runFolder(storedVerdict({ results })), 'serial-1.log': 'second\n' };
  return inFolder(files, (folder) => {
    const [entry] = readRunFolder(folder);
    if (entry?.kind !== 'run') return assert.unreachable();
    const { ms, name, outcome, file } = own;
    assert.equal(entry.checks, [
      { name, outcome, ms, line: 2, lastLine: 4, phases, file },
      { name: 'the other', outcome, ms, line: 1, lastLine: 1, port: 'serial-1', phases, file },
    ]);
    assert.equal(entry.ports, [{ name: 'serial-1', lines: [{ spans: [['second']] }], skipped: 0 }]);
  });
});

test('the folder of boards side by side has an entry for each board, also for one without a verdict', () => {
  const absent = {
    name: 'desk',
    fault: 'infrastructure',
    outcome: 'no verdict',
    error: { message: 'no port' },
  };
  const there = { ...storedVerdict(), name: 'virtual', folder: 'one', fault: null };
  const files = {
    'verdict.json': JSON.stringify({
      outcome: 'fail',
      boards: [there, absent],
      repeat: './vmm-harness run --all',
    }),
    ...below('one', runFolder(storedVerdict())),
  };
  return inFolder(files, (folder) => {
    // Its folder may have been removed since, with its console.
    for (const gone of [false, true]) {
      if (gone) rmSync(join(folder, 'one'), { recursive: true });
      assert.equal(
        readRunFolder(folder).map(({ name, outcome }) => [name, outcome]),
        [
          ['virtual: qemu_virt_aarch64, minikit, debug, 1 vCPU', 'pass'],
          ['desk', 'no verdict'],
        ],
      );
    }
  });
});

test('a conformance run is an entry with the state of each rule on each tier', () =>
  inFolder(conformFolder(conformReport()), (folder) => {
    const [entry] = readRunFolder(folder);
    if (entry?.kind !== 'conform') return assert.unreachable();
    assert.equal(
      entry.rules.map(({ tiers }) => tiers.map(({ state }) => state)),
      [
        ['held', 'held'],
        ['broken', 'held'],
      ],
    );
  }));

test('a truncated run folder, or one from another version, is refused with the place', () =>
  inFolder(
    {
      'cut/verdict.json': '{"outcome": "pa',
      'old/verdict.json': '{"outcome":"pass"}',
      'new/verdict.json': JSON.stringify({ ...storedVerdict(), version: 2 }),
      'none/x': '',
    },
    async (folder) => {
      const at = (name: string) => refusal(() => readRunFolder(join(folder, name)));
      assert.match((await at('cut')).explain(), /verdict\.json: a file of a run folder cannot be read/);
      assert.match(
        (await at('old')).explain(),
        /a file of a run folder cannot be read[\s\S]*another version/,
      );
      assert.match(
        (await at('new')).explain(),
        /: version: a file of a run folder cannot be read\n {2}expected: 1\n {2}got: {6}2\n[\s\S]*another version/,
      );
      assert.match((await at('none')).explain(), /this folder contains no run/);
      assert.is((await at('cut')).exitCode, 2);
    },
  ));

test('the end of a flooded log is read, and the omitted lines are counted', () =>
  inFolder(runFolder(storedVerdict()), (folder) => {
    const file = join(folder, 'console.timed.log');
    writeFileSync(file, `${'\n'.repeat(20_000_000)}${'the end\n'.repeat(20_000)}`);
    const [entry] = readRunFolder(folder);
    if (entry?.kind !== 'run') return assert.unreachable();
    assert.is(entry.consoleSkipped, 20_000_000);
    assert.equal(entry.console[0], { spans: [['the end']] });
  }));

test('a folder from elsewhere that contains a FIFO, or names a folder outside it, is refused', async () => {
  await inFolder({}, async (folder) => {
    execFileSync('mkfifo', [join(folder, 'verdict.json')]);
    assert.is((await refusal(() => readRunFolder(folder))).detail.got, 'a FIFO');
  });
  const board = { ...storedVerdict(), name: 'virtual', folder: '../elsewhere', fault: null };
  const verdict = JSON.stringify({ outcome: 'fail', boards: [board], repeat: './vmm-harness run --all' });
  await inFolder({ 'verdict.json': verdict }, async (folder) => {
    const error = await refusal(() => readRunFolder(folder));
    assert.equal([error.exitCode, error.detail.got], [2, '../elsewhere']);
  });
});

test("a guest's output cannot end a script element of the page", () =>
  inFolder(runFolder(storedVerdict()), async (folder) => {
    const page = readFileSync(await writePageOf(folder), 'utf8');
    assert.is(page.match(/<script/g)?.length, 2);
    assert.is(page.match(/<\/script>/g)?.length, 2);
    assert.not.match(page, /<img src=x/);
    assert.ok(existsSync(join(folder, 'summary.md')));
  }));

test("the summary says why a case failed, and a guest's output is not markup there", () =>
  inFolder(
    runFolder(storedVerdict({ outcome: 'fail', results: [failedResult] }), ['```', '# not a heading']),
    (folder) => {
      const text = markdownOf(reportOf(readRunFolder(folder), 'a | title'));
      assert.match(text, /^## Failed: a \\\| title$/m);
      assert.match(text, /CPU count: CPUs 0 online/);
      assert.match(text, /^````\n```\n# not a heading\n````$/m);
    },
  ));

test('a trace becomes lanes: the calls to the VMM, each vCPU, and the contents of its list registers', () => {
  const [finding] = conformReport().findings;
  const { machine, lanes, steps } = lanesOf(finding?.trace ?? []);
  assert.is(machine, '2 vCPUs');
  assert.equal(lanes, ['VMM', 'vCPU 1']);
  assert.equal(steps[1]?.registers, { 'vCPU 1 LR 2': 'INTID 33, priority 0' });
});

test('a case that was skipped has its place in the matrix, and a case of a suite its own name', () => {
  const name = 'qemu_virt_aarch64-debug-minikit';
  const skipped = {
    name: 'odroidc4-debug-2.0.1',
    board: 'odroidc4',
    config: 'debug',
    sdk: '2.0.1',
    fault: null,
  };
  const boards = [
    { ...storedVerdict(), name, folder: 'a' },
    { ...storedVerdict(), name: 'left', folder: 'a' },
    { ...skipped, outcome: 'skipped', reason: 'there is none' },
  ];
  const verdict = JSON.stringify({ outcome: 'pass', boards, repeat: 'vmm-harness test' });
  return inFolder({ ...below('a', runFolder(storedVerdict())), 'verdict.json': verdict }, (folder) => {
    const entries = readRunFolder(folder);
    const whole = 'left: qemu_virt_aarch64, minikit, debug, 1 vCPU';
    assert.equal(
      entries.map((entry) => entry.name),
      [name, whole, skipped.name],
    );
    const { board, config, sdk } = entries[2] as unknown as typeof skipped;
    assert.equal([board, config, sdk], ['odroidc4', 'debug', '2.0.1']);
  });
});

run();
