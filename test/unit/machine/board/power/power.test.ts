// SPDX-License-Identifier: BSD-2-Clause
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { commandPower, personPower } from '../../../../../harness/machine/board/power/power.js';
import { runShellCommand } from '../../../../../harness/machine/board/shell-command.js';
import { inFolder } from '../../../../support/folder.js';
import { refusal } from '../../../../support/refusal.js';
import { run, test } from '../../../../support/test.js';

const { signal } = new AbortController();
const env = { BOARD: 'odroidc4', PORT: '/dev/ttyUSB0' };
const times = { pause: 1, limit: 20_000 };

test('a cycle runs its command, with the board and its port in the environment', () =>
  inFolder({}, async (folder) => {
    const cycle = `echo $BOARD $PORT >> ${folder}/log`;
    await commandPower('desk', { cycle, ...times }, env).cycle(signal);
    assert.is(readFileSync(join(folder, 'log'), 'utf8'), 'odroidc4 /dev/ttyUSB0\n');
  }));

test('without a cycle command a cycle is off, then on', () =>
  inFolder({}, async (folder) => {
    const [on, off] = [`echo on >> ${folder}/log`, `echo off >> ${folder}/log`];
    const power = commandPower('desk', { on, off, ...times }, env);
    await power.cycle(signal);
    await power.off();
    assert.is(readFileSync(join(folder, 'log'), 'utf8'), 'off\non\noff\n');
  }));

test('a board that can only be cycled stays on', async () => {
  await commandPower('desk', { cycle: 'false', ...times }, env).off();
});

test('a command that fails is an infrastructure error with the command and its output', async () => {
  const power = commandPower('desk', { cycle: 'echo no such hub; exit 7', ...times }, env);
  const error = await refusal(power.cycle(signal));
  assert.is(error.message, 'the command for power cycle of desk failed');
  assert.equal([error.exitCode, error.detail.got], [3, 'exit code 7: no such hub']);
  assert.is(error.detail.where, 'echo no such hub; exit 7');
});

test('a command that does not end is killed with all its children', () =>
  inFolder({}, async (folder) => {
    const command = `(sleep 1; touch ${folder}/late) & sleep 60`;
    const error = await refusal(runShellCommand({ what: 'x', command, env, limit: 200 }));
    assert.is(error.detail.got, 'not finished after 0.2 s');
    await sleep(1_200);
    assert.not.ok(existsSync(join(folder, 'late')));
  }));

test('Ctrl-C ends a command', async () => {
  const ctrlC = new AbortController();
  const wait = refusal(
    runShellCommand({ what: 'x', command: 'sleep 60', env, limit: 60_000, signal: ctrlC.signal }),
  );
  ctrlC.abort();
  assert.is((await wait).detail.got, 'interrupted');
});

test('Ctrl-C ends the pause of a cycle', async () => {
  const ctrlC = new AbortController();
  const power = commandPower('desk', { on: 'true', off: 'true', pause: 60_000, limit: 20_000 }, env);
  const wait = refusal(power.cycle(ctrlC.signal));
  await sleep(50);
  ctrlC.abort();
  assert.is((await wait).message, 'interrupted');
});

test('a person is asked, and given time', async () => {
  const asked: string[] = [];
  const power = personPower('desk', (words) => asked.push(words), 60_000);
  await power.cycle(signal);
  assert.equal(asked, ['press reset on desk now, or switch it off and on (waiting 60 s)']);
  assert.is(power.patience, 60_000);
});

run();
