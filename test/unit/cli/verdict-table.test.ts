// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import { verdictTable } from '../../../harness/cli/verdict-table.js';
import type { Result, Verdict } from '../../../harness/verdict/verdict.js';
import { run, test } from '../../support/test.js';

const file = { path: '/x', sha256: '00', size: 1 };

/** The table of a run with this outcome. */
function table(outcome: Verdict['outcome'], results: Result[] = []): string {
  const verdict: Verdict = {
    outcome,
    board: 'qemu_virt_aarch64',
    config: 'debug',
    vcpus: 1,
    target: 'qemu',
    sdk: { name: 'minikit', version: '2.0.1', dir: '/sdk' },
    started: '2026-11-22T15:56:31.000Z',
    ms: 1_000,
    results,
    image: file,
    inputs: {},
    facts: {},
    repeat: 'vmm-harness run',
  };
  return verdictTable({ folder: '/runs/x', verdict });
}

test('only a run that passed says PASS', () => {
  const words: [Verdict['outcome'], RegExp][] = [
    ['pass', /^PASS: qemu_virt_aarch64/m],
    ['fail', /^FAIL: qemu_virt_aarch64/m],
    ['error', /^ERROR, no verdict: qemu_virt_aarch64/m],
    ['interrupted', /^INTERRUPTED, no verdict: qemu_virt_aarch64/m],
  ];
  for (const [outcome, word] of words) {
    assert.match(table(outcome), word);
    assert.is(/PASS/.test(table(outcome)), outcome === 'pass');
  }
});

test('a check that could not be completed is shown with its finding; one that did not run has none', () => {
  const text = table('error', [
    { name: 'clock', outcome: 'error', expected: 'an answer', got: 'QEMU died', ms: 0 },
    { name: 'reboot', outcome: 'not run', ms: 0 },
  ]);
  assert.match(text, / {2}ERR {3}clock\n +expected: an answer\n +got: +QEMU died\n {2}- +reboot/);
});

run();
