// SPDX-License-Identifier: BSD-2-Clause
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { requirePlain, runTool } from '../../../harness/base/run-tool.js';
import { inFolder } from '../../support/folder.js';
import { processes, until } from '../../support/processes.js';
import { refusal } from '../../support/refusal.js';
import { run, test } from '../../support/test.js';

const options = (folder: string) =>
  ({ what: "the VMM's build", fault: 'product', cwd: folder, log: join(folder, 'log') }) as const;

test("a program's output is kept in its log, in the order in which it was written", () =>
  inFolder({ 'tool!': '#!/bin/sh\necho one; echo two >&2; echo three\n' }, async (folder) => {
    await runTool(join(folder, 'tool'), [], options(folder));
    assert.is(readFileSync(join(folder, 'log'), 'utf8'), 'one\ntwo\nthree\n');
  }));

test('a program that fails is reported with its exit code, its last lines and the place of all of them', () =>
  inFolder({ 'tool!': '#!/bin/sh\nseq 20 >&2; exit 3\n' }, async (folder) => {
    const error = await refusal(runTool(join(folder, 'tool'), [], options(folder)));
    assert.equal([error.exitCode, error.message], [1, "the VMM's build failed (exit code 3)"]);
    assert.is(error.detail.got, '13\n14\n15\n16\n17\n18\n19\n20');
    assert.is(error.detail.where, join(folder, 'log'));
    assert.match(error.explain(), /\n {2}got: {6}13\n {12}14\n/);
  }));

test('a program ended by a signal is reported with the signal', () =>
  inFolder({ 'tool!': '#!/bin/sh\nkill -9 $$\n' }, async (folder) => {
    const error = await refusal(runTool(join(folder, 'tool'), [], options(folder)));
    assert.match(error.message, /ended by SIGKILL/);
  }));

test('a missing program is the fault of the machine, and the error says how to get it', () =>
  inFolder({}, async (folder) => {
    const error = await refusal(runTool('no-such-make', [], options(folder)));
    assert.is(error.exitCode, 3);
    assert.match(error.explain(), /no-such-make cannot be started[\s\S]*setup demo/);
  }));

test("an aborted run ends the program and everything it has started, with the signal's reason", () =>
  inFolder({ 'tool!': '#!/bin/sh\nsleep 4711.1 & sleep 4711.2\n' }, async (folder) => {
    const abort = new AbortController();
    const work = runTool(join(folder, 'tool'), [], { ...options(folder), signal: abort.signal });
    await until(() => processes('4711.1').length === 1 && processes('4711.2').length === 1);
    abort.abort(new Error('Ctrl-C'));
    await work.then(
      () => assert.unreachable(),
      ({ message }) => assert.is(message, 'Ctrl-C'),
    );
    await until(() => processes('sleep\x004711').length === 0);
  }));

test('a path that cannot be given to make is refused before anything is made, with the reason', async () => {
  for (const path of ['/a clone/build', '/a$b', "/it's", '/a:b', '/a#b', '/a"b']) {
    const error = await refusal(runTool('make', [`BUILD=${path}`], options('/tmp')));
    assert.equal([error.exitCode, error.detail.where], [2, path]);
    assert.match(error.explain(), /cannot be given to make[\s\S]*got: {6}"[\s\S]*way out/);
  }
  requirePlain('/a/b-c_d.e+f@g,h=i');
  requirePlain('/include/one /include/two');
});

run();
