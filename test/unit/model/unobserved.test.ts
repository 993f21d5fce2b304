// SPDX-License-Identifier: BSD-2-Clause
/** Targets whose loads of list registers are not observed: the example of docs/model.md, step by step. */
import assert from 'node:assert/strict';
import { plain } from '../../../harness/model/index.js';
import { run, test } from '../../support/test.js';
import { access, gicd, inject, ModelRun, register } from './model-run.js';

const cpuOn = { op: 'smc', vcpu: 0, x0: 0x8400_0003n, x1: 1n, x2: 0x4000_0000n, x3: 0n } as const;
const slot = 40 + 3 * 32;

/** SPI 40 is enabled and has both vCPUs, which run, as targets. */
function bothTargets(): ModelRun {
  const model = new ModelRun({ vcpus: 2, seesKernel: false }).begin().open();
  model.step(cpuOn, { changes: [{ number: 0, value: 0n }] }).open(1);
  model.call(register(40));
  model.step(access(plain.store[1], gicd + 0x800n + 40n, 3n)).store(gicd + 0x104n, 1 << 8);
  return model;
}

const take = (model: ModelRun, vcpu: number, intid: number): ModelRun =>
  model.step({ op: 'take', vcpu }, { result: BigInt(intid) });

function listOf({ model }: ModelRun) {
  const { interfaces } = model.context.state;
  const vcpu = interfaces.findIndex(({ lists }) => lists.length > 0);
  const [list] = interfaces[vcpu]?.lists ?? [];
  return { vcpu, active: list?.active, sure: list?.sure };
}

test('an SPI with two targets is taken by either vCPU, and the model follows it there', () => {
  const model = bothTargets().call(inject(40));
  assert.deepEqual(listOf(model), { vcpu: 0, active: false, sure: false });
  take(model, 0, 1023);
  assert.deepEqual(listOf(model), { vcpu: 0, active: false, sure: false });
  take(model, 1, 40);
  assert.deepEqual(listOf(model), { vcpu: 1, active: true, sure: true });
  const { state } = model.model.context;
  model.call(inject(40));
  assert.ok(state.pending.has(slot) && !state.unsure.has(slot));
  model.step({ op: 'end', vcpu: 1 }, { events: [{ kind: 'ack', vcpu: 1, irq: 40, cookie: 0 }] });
  assert.ok(!state.pending.has(slot));
  assert.deepEqual(listOf(model), { vcpu: 0, active: false, sure: false });
  assert.deepEqual(model.broken, []);
});

test('with one target, a vCPU that gets no interrupt breaks a rule', () => {
  const model = bothTargets();
  model.step(access(plain.store[1], gicd + 0x800n + 40n, 1n)).call(inject(40));
  assert.deepEqual(listOf(model), { vcpu: 0, active: false, sure: true });
  assert.deepEqual(take(model, 0, 1023).broken, ['gicc.taken']);
});

run();
