// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import { ProgressView } from '../../../harness/cli/terminal.js';
import { run, test } from '../../support/test.js';

function view(live: boolean) {
  const shown = { text: '' };
  let time = 0;
  const write = (text: string) => {
    shown.text += text;
  };
  const progress = new ProgressView({ live, columns: 60, write }, () => time);
  const pass = (ms: number) => {
    time += ms;
  };
  return { shown, progress, pass };
}

test('without a terminal a step is one line, written when it is done', () => {
  const { shown, progress, pass } = view(false);
  progress.show({ kind: 'start', step: 'guest' });
  progress.show({ kind: 'part', step: 'guest', done: 1, total: 2, unit: 'MB' });
  assert.is(shown.text, '');
  pass(1500);
  progress.show({ kind: 'done', step: 'guest', note: '30 MB' });
  assert.is(shown.text, '  guest: 30 MB (1.5 s)\n');
});

test('control characters in text from elsewhere reach the terminal as escapes', () => {
  const { shown, progress } = view(false);
  progress.show({ kind: 'start', step: 'SDK \x1b]0;x\x07' });
  progress.show({ kind: 'done', step: 'SDK \x1b]0;x\x07', note: 'of \u202eyou' });
  progress.show({ kind: 'note', text: 'held by \x1b[2J' });
  assert.is(shown.text, '  SDK \\x1b]0;x\\x07: of \\u202eyou\nheld by \\x1b[2J\n');
});

test('a step of negligible duration is shown without its time', () => {
  const { shown, progress } = view(false);
  progress.show({ kind: 'start', step: 'VMM' });
  progress.show({ kind: 'done', step: 'VMM' });
  assert.is(shown.text, '  VMM\n');
});

test('steps within a step count from the start of the first', () => {
  const { shown, progress, pass } = view(false);
  progress.show({ kind: 'start', step: 'guest' });
  pass(1000);
  progress.show({ kind: 'start', step: 'guest: fetching' });
  pass(1000);
  progress.show({ kind: 'done', step: 'guest' });
  assert.is(shown.text, '  guest (2.0 s)\n');
});

test('a terminal shows the running step and its progress, and then erases them', () => {
  const { shown, progress } = view(true);
  progress.show({ kind: 'start', step: 'guest' });
  progress.show({ kind: 'part', step: 'guest', done: 3, total: 9, unit: 'MB' });
  assert.match(shown.text, /3 of 9 MB/);
  progress.show({ kind: 'done', step: 'guest' });
  assert.ok(shown.text.endsWith('\r\x1b[K  guest\n'));
});

test('a progress line is never longer than the terminal', () => {
  const { shown, progress } = view(true);
  progress.show({ kind: 'start', step: 'x'.repeat(200) });
  progress.clear();
  assert.ok(shown.text.split('\x1b[K').every((line) => line.replace('\r', '').length < 60));
});

run();
