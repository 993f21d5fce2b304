// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import { paint, wantsColour } from '../../../harness/cli/colour.js';
import { run, test } from '../../support/test.js';

const cases: [what: string, env: NodeJS.ProcessEnv, isTerminal: boolean, colour: boolean][] = [
  ['a terminal', {}, true, true],
  ['a pipe', {}, false, false],
  ['NO_COLOR', { NO_COLOR: '1' }, true, false],
  ['an empty NO_COLOR', { NO_COLOR: '' }, true, true],
  ['TERM=dumb', { TERM: 'dumb' }, true, false],
  ['FORCE_COLOR in a pipe', { FORCE_COLOR: '1' }, false, true],
  ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, true, false],
  ['FORCE_COLOR over NO_COLOR', { FORCE_COLOR: '1', NO_COLOR: '1', TERM: 'dumb' }, false, true],
];

for (const [what, env, isTerminal, colour] of cases)
  test(`${what}: ${colour ? 'colour' : 'no colour'}`, () => assert.is(wantsColour(env, isTerminal), colour));

const [green, red, yellow] = [32, 31, 33].map((code) => (text: string) => `\x1b[${code}m${text}\x1b[39m`) as [
  (text: string) => string,
  (text: string) => string,
  (text: string) => string,
];

test('verdicts have colour where they are one, and other words have none', () => {
  assert.is(paint('  pass  CPU count  CPUs 0 passed'), `  ${green('pass')}  CPU count  CPUs 0 passed`);
  assert.is(paint('PASS: board, 3 s\n'), `${green('PASS')}: board, 3 s\n`);
  assert.is(paint('  verdict  PASS  FAIL'), `  verdict  ${green('PASS')}  ${red('FAIL')}`);
  assert.is(paint('  check: clock: pass (3.0 s)\n'), `  check: clock: ${green('pass')} (3.0 s)\n`);
  assert.is(paint('x.system:3:4: warning: it is'), `x.system:3:4: ${yellow('warning')}: it is`);
  assert.is(paint('the error was no fail, ok'), 'the error was no fail, ok');
});

run();
