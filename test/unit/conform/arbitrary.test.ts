// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict';
import { sample } from 'fast-check';
import type { Case } from '../../../harness/conform/case.js';
import { CaseArbitrary } from '../../../harness/conform/generate/arbitrary.js';
import { themes } from '../../../harness/conform/generate/themes.js';
import { defaultConfig, type ModelConfig } from '../../../harness/model/index.js';
import { run, test } from '../../support/test.js';

const config: ModelConfig = { ...defaultConfig, vcpus: 4 };
const arbitrary = new CaseArbitrary(themes, config);

/** The first shrunk cases of a case. */
const smaller = (testCase: Case): Case[] => [...arbitrary.shrink(testCase)].map(({ value }) => value);

test('the same seed makes the same cases, another seed makes others', () => {
  const made = (seed: number) => sample(arbitrary, { seed, numRuns: 20 });
  assert.deepEqual(made(1), made(1));
  assert.notDeepEqual(made(1), made(2));
});

test('a case for a GICv3 has its version, and no distributor page', () => {
  const gicV3 = new CaseArbitrary(themes, { ...config, gic: 3, redistributorBase: 0x080a_0000 });
  const cases = sample(gicV3, { seed: 1, numRuns: 100 });
  assert.ok(cases.every(({ gic, page }) => gic === 3 && !page));
});

test('shrinking leaves out steps, the longest sequences first', () => {
  const steps = [1, 2, 3, 4].map((cpu) => ({ op: 'init', cpu }) as const);
  const lengths = smaller({ vcpus: 1, page: false, steps }).map((shrunk) => shrunk.steps.length);
  assert.deepEqual(lengths.slice(0, 3), [0, 2, 2]);
});

test('shrinking moves steps to vCPU 0, and then removes the other vCPUs', () => {
  const steps = [{ op: 'take', vcpu: 1 } as const];
  const first = smaller({ vcpus: 2, page: false, steps });
  assert.ok(first.some((shrunk) => shrunk.vcpus === 2 && (shrunk.steps[0] as { vcpu: number })?.vcpu === 0));
  assert.ok(
    first.every((shrunk) => shrunk.vcpus === 2),
    'a machine without the vCPU cannot do the step',
  );
  const second = smaller({ vcpus: 2, page: false, steps: [{ op: 'take', vcpu: 0 }] });
  assert.ok(second.some((shrunk) => shrunk.vcpus === 1 && shrunk.steps.length === 1));
});

test('cases are made for an interrupt controller without SPIs, too', () => {
  for (const gic of [2, 3] as const) {
    const few = { ...config.implementation, intids: 32 };
    const without = { ...config, gic, redistributorBase: gic === 3 ? 0x080a_0000 : 0, implementation: few };
    assert.equal(sample(new CaseArbitrary(themes, without), { seed: 3, numRuns: 500 }).length, 500);
  }
});

run();
