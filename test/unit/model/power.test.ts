// SPDX-License-Identifier: BSD-2-Clause
/** Expectations of the model for vCPUs that are off, go off and come on, and for the line of their timer. */
import assert from 'node:assert/strict';
import type { SeenEvent } from '../../../harness/model/index.js';
import { run, test } from '../../support/test.js';
import { gicd, load, ModelRun } from './model-run.js';

const cpuOn = 0x8400_0003n;
const cpuOff = 0x8400_0002n;
const cpuSuspend = 0x8400_0001n;
const entry = 0x4000_0000n;
const timerBit = 1 << 27;
const vppiAck = (vcpu = 0): SeenEvent => ({ kind: 'vppiAck', vcpu, irq: 27 });

const smc = (vcpu: number, x0: bigint, x1 = 0n, x2 = 0n) =>
  ({ op: 'smc', vcpu, x0, x1, x2, x3: 0n }) as const;
const answers = (value: bigint) => ({ changes: [{ number: 0, value: BigInt.asUintN(64, value) }] });

/** Two vCPUs; only the first is on. */
const oneRuns = () => new ModelRun({ vcpus: 2 }).begin().open();
const start = { kind: 'start', vcpu: 1, pc: entry, x0: 0n, clean: true, pstate: 0x3c5, sctlr: 0n } as const;
/** CPU_ON of the second vCPU, with these loads. */
const on = (trial: ModelRun, ...events: SeenEvent[]) =>
  trial.step(smc(0, cpuOn, 1n, entry), { ...answers(0n), events: [start, ...events] });
/** Enables SPI 40 for the vCPUs in `targets` and makes it pending. */
const spi = (trial: ModelRun, targets: number, ...events: SeenEvent[]) =>
  trial
    .store(gicd + 0x828n, targets)
    .store(gicd + 0x104n, 1 << 8)
    .store(gicd + 0x204n, 1 << 8, 0, ...events);
const off = (trial: ModelRun, ...events: SeenEvent[]) =>
  trial.step(smc(1, cpuOff), { outcome: { kind: 'off' }, events });

test('an SPI is not delivered to a vCPU that is off, but to another target that is on', () => {
  assert.deepEqual(spi(oneRuns(), 3, load(40)).broken, []);
  assert.deepEqual(spi(oneRuns(), 2).broken, []);
  assert.deepEqual(spi(oneRuns(), 3, load(40, 0, 0, 1)).broken, ['deliver.target']);
});

test('an interrupt that waited for a vCPU that was off is delivered after CPU_ON', () => {
  assert.deepEqual(on(spi(oneRuns(), 2), load(40, 0, 0, 1)).broken, []);
  assert.deepEqual(on(spi(oneRuns(), 2)).broken, ['deliver.waited']);
});

test('an interrupt that a vCPU has not taken before CPU_OFF stays pending', () => {
  const loaded = (targets: number) => spi(on(oneRuns()), targets, load(40, 0, 0, 1));
  assert.deepEqual(off(loaded(3), load(40)).broken, []);
  assert.deepEqual(off(loaded(3)).broken, ['deliver.left']);
  assert.deepEqual(off(loaded(2)).load(gicd + 0x204n, 1 << 8).broken, []);
  assert.deepEqual(off(loaded(2)).load(gicd + 0x204n, 0).broken, ['gicd.ispendr']);
  assert.deepEqual(on(off(loaded(2)), load(40, 0, 0, 1)).broken, []);
});

test('the timer of a vCPU that goes off is acknowledged', () => {
  const fired = () => on(oneRuns()).step({ op: 'line', vcpu: 1, high: true });
  assert.deepEqual(off(fired(), vppiAck(1)).broken, []);
  assert.deepEqual(off(fired()).broken, ['ack.timer']);
});

test('CPU_ON at a misaligned address is refused', () => {
  const answer = (x0: bigint) => oneRuns().step(smc(0, cpuOn, 1n, entry + 2n), answers(x0)).broken;
  assert.deepEqual(answer(-9n), []);
  assert.deepEqual(answer(0n), ['psci.cpuOnAddress']);
});

test('CPU_SUSPEND waits or returns SUCCESS; reserved states are refused', () => {
  const call = (state: bigint, x0: bigint) =>
    oneRuns().step(smc(0, cpuSuspend, state, entry), answers(x0)).broken;
  assert.deepEqual(call(0n, 0n), []);
  assert.deepEqual(call(0n, -1n), ['psci.suspend']);
  assert.deepEqual(call(0x2_0000n, -2n), []);
  assert.deepEqual(call(0x2_0000n, 0n), ['psci.suspendState']);
  const waits = (trial: ModelRun) => trial.step(smc(0, cpuSuspend), { outcome: { kind: 'off' } }).broken;
  assert.deepEqual(waits(oneRuns()), []);
  assert.deepEqual(waits(spi(oneRuns(), 1, load(40))), ['psci.suspend']);
});

test("the timer's interrupt falls with its line", () => {
  const pends = () =>
    oneRuns()
      .step({ op: 'line', vcpu: 0, high: true })
      .load(gicd + 0x200n, timerBit);
  const low = (trial: ModelRun, ...events: SeenEvent[]) =>
    trial.step({ op: 'line', vcpu: 0, high: false }, { events });
  assert.deepEqual(low(pends(), vppiAck()).load(gicd + 0x200n, 0).broken, []);
  assert.deepEqual(low(pends()).broken, ['ack.timer']);
  assert.deepEqual(low(pends(), vppiAck()).store(gicd + 0x100n, timerBit, 0, load(27)).broken, [
    'deliver.level',
  ]);
});

test('a state set by GICD_ISPENDR does not fall with the line', () => {
  const latched = oneRuns()
    .step({ op: 'line', vcpu: 0, high: true })
    .store(gicd + 0x200n, timerBit)
    .step({ op: 'line', vcpu: 0, high: false });
  assert.deepEqual(latched.store(gicd + 0x100n, timerBit, 0, load(27)).broken, []);
});

test('a timer interrupt that is ended while its line is asserted is delivered again', () => {
  const taken = () =>
    oneRuns()
      .store(gicd + 0x100n, timerBit)
      .step({ op: 'line', vcpu: 0, high: true }, { events: [load(27)] })
      .take(27);
  assert.deepEqual(taken().end(vppiAck(), load(27)).broken, []);
  assert.deepEqual(taken().end(vppiAck()).broken, ['deliver.pending']);
});

run();
