// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict';
import { forms, plain, type Step } from '../../../harness/model/index.js';
import { run, test } from '../../support/test.js';
import { access, ack, gicd, inject, load, ModelRun, register } from './model-run.js';

const isenabler1 = gicd + 0x104n;
const icenabler1 = gicd + 0x184n;
const ispendr1 = gicd + 0x204n;
const spi45 = 1 << 13;
const spi46 = 1 << 14;

/** SPI 45 registered, enabled, and the guest ready. */
const ready = () => new ModelRun().begin().call(register(45, 7)).open().store(isenabler1, spi45);

test('an injected interrupt is loaded, taken and ended, and its ack function called once', () => {
  const trial = ready().call(inject(45), load(45)).take(45).end(ack(45, 7)).take(1023);
  assert.deepEqual(trial.broken, []);
});

test('a missing load of an interrupt that could be loaded is noticed', () => {
  assert.deepEqual(ready().call(inject(45)).broken, ['deliver.pending']);
});

test('an interrupt that is loaded without having been pending is noticed', () => {
  const trial = ready().store(gicd, 1, 0, load(45));
  assert.deepEqual(trial.broken, ['deliver.nothing']);
});

test('an ack function that is not called, called twice, or called early is noticed', () => {
  const taken = () => ready().call(inject(45), load(45)).take(45);
  assert.deepEqual(taken().end().broken, ['ack.called']);
  assert.deepEqual(taken().end(ack(45, 7), ack(45, 7)).broken, ['ack.called']);
  assert.deepEqual(ready().call(inject(45), load(45), ack(45, 7)).broken, ['ack.never']);
});

test('an ack function with the wrong cookie or vCPU is noticed', () => {
  const taken = () => ready().call(inject(45), load(45)).take(45);
  assert.deepEqual(taken().end(ack(45, 8)).broken, ['ack.cookie']);
  assert.deepEqual(taken().end(ack(45, 7, 1)).broken, ['ack.vcpu']);
});

test('a disabled interrupt stays pending, its injection returns false, and it is delivered once enabled', () => {
  const disabled = () => new ModelRun().begin().call(register(45)).open();
  const right = disabled().step(inject(45)).store(isenabler1, spi45, 0, load(45)).take(45);
  assert.deepEqual(right.broken, []);
  assert.deepEqual(disabled().call(inject(45)).broken, ['api.injectDisabled']);
  assert.deepEqual(disabled().step(inject(45)).store(isenabler1, spi45).broken, ['deliver.waited']);
  assert.deepEqual(disabled().step(inject(45), { events: [load(45)] }).broken, ['deliver.disabled']);
});

test('a loaded interrupt may be taken after it is disabled', () => {
  const trial = ready().call(inject(45), load(45)).store(icenabler1, spi45).take(45).end(ack(45, 7));
  assert.deepEqual(trial.broken, []);
});

test('of two pending interrupts the more urgent is taken first', () => {
  const two = () =>
    new ModelRun()
      .begin()
      .open()
      .store(gicd + 0x42cn, 0x0080_4000)
      .store(isenabler1, spi45 | spi46)
      .store(ispendr1, spi45 | spi46, 0, load(45, 8), load(46, 16, 1));
  assert.deepEqual(two().take(45).broken, []);
  assert.deepEqual(two().take(46).broken, ['gicc.priority']);
});

test('an interrupt of lower priority may wait in the distributor behind one that goes first', () => {
  const trial = new ModelRun()
    .begin()
    .open()
    .store(isenabler1, spi45 | spi46)
    .store(ispendr1, spi45 | spi46, 0, load(45))
    .take(45)
    .end(load(46))
    .take(46);
  assert.deepEqual(trial.broken, []);
});

test('with the less urgent one loaded first the order is wrong', () => {
  const trial = new ModelRun()
    .begin()
    .open()
    .store(gicd + 0x42cn, 0x0080_4000)
    .store(isenabler1, spi45 | spi46)
    .store(ispendr1, spi45 | spi46, 0, load(46, 16));
  assert.deepEqual(trial.broken, ['list.prompt']);
});

test('a list register with the wrong priority or one that is in use is noticed', () => {
  assert.deepEqual(ready().call(inject(45), load(45, 3)).broken, ['list.priority']);
  const second = ready().call(inject(45), load(45)).store(isenabler1, spi46);
  assert.deepEqual(second.store(ispendr1, spi46, 0, load(46, 0, 0)).broken, ['list.free']);
  assert.deepEqual(ready().call(inject(45), load(45, 0, 4)).broken, ['list.range']);
});

test('injecting an interrupt that is in a list register may deliver it again, and must if the guest has taken it', () => {
  const merged = () => ready().call(inject(45), load(45)).call(inject(45)).take(45);
  assert.deepEqual(merged().end(ack(45, 7)).take(1023).broken, []);
  assert.deepEqual(merged().end(ack(45, 7), load(45)).take(45).broken, []);
  const again = () => ready().call(inject(45), load(45)).take(45).call(inject(45));
  assert.deepEqual(again().end(ack(45, 7), load(45)).take(45).broken, []);
  assert.deepEqual(again().end(ack(45, 7)).broken, ['deliver.again']);
});

test('nothing is taken while the priority mask or the running priority forbids it', () => {
  const masked = ready().store(0x0801_0004n, 0).call(inject(45), load(45));
  assert.deepEqual(masked.take(1023).broken, []);
  const wrongly = ready().store(0x0801_0004n, 0).call(inject(45), load(45));
  assert.deepEqual(wrongly.take(45).broken, ['gicc.mask']);
  const nested = ready().call(inject(45), load(45)).take(45).store(isenabler1, spi46);
  assert.deepEqual(nested.store(ispendr1, spi46, 0, load(46, 0, 1)).take(46).broken, ['gicc.preempt']);
});

test('after a priority drop an interrupt of equal priority must be loaded before deactivation', () => {
  const split = () =>
    ready()
      .store(0x0801_0000n, 0x201)
      .store(isenabler1, spi46)
      .call(inject(45), load(45))
      .take(45)
      .store(ispendr1, spi46);
  assert.deepEqual(split().broken, []);
  assert.deepEqual(split().end().broken, ['deliver.dropped']);
});

test('a passthrough interrupt is acknowledged to the kernel at its end and not before', () => {
  const through = () =>
    new ModelRun()
      .begin()
      .call({ op: 'passthrough', vcpu: 0, irq: 45, channel: 3 })
      .open()
      .store(isenabler1, spi45);
  const irqAck = { kind: 'irqAck', channel: 3 } as const;
  const taken = () => through().call({ op: 'handle', channel: 3 }, load(45)).take(45);
  assert.deepEqual(taken().end(irqAck).broken, []);
  assert.deepEqual(taken().end().broken, ['ack.hardware']);
  assert.deepEqual(through().call({ op: 'handle', channel: 3 }, load(45), irqAck).broken, ['ack.hardware']);
});

test('the virtual timer is acknowledged to the kernel when the guest has handled it', () => {
  const timer = () =>
    new ModelRun()
      .begin()
      .open()
      .store(gicd + 0x100n, 1 << 27)
      .step({ op: 'timer', vcpu: 0 }, { outcome: { kind: 'again' }, events: [load(27)] })
      .take(27);
  assert.deepEqual(timer().end({ kind: 'vppiAck', vcpu: 0, irq: 27 }).broken, []);
  assert.deepEqual(timer().end().broken, ['ack.timer']);
});

test('an SGI from two vCPUs is delivered twice', () => {
  const config = { vcpus: 2 };
  const pended = () =>
    new ModelRun(config)
      .begin()
      .open()
      .store(gicd + 0xf20n, 3, 0, load(0));
  assert.deepEqual(pended().take(0).end(load(0)).take(0).end().take(1023).broken, []);
  assert.deepEqual(pended().take(0).end().broken, ['deliver.sgi']);
});

test('between the two accesses of a pair interrupts may be loaded', () => {
  const pair = forms.findIndex(({ pair, load: isLoad, bytes }) => pair && !isLoad && bytes === 4);
  const written = (step: Step) =>
    new ModelRun({ listRegisters: 1 })
      .begin()
      .open()
      .store(gicd + 0x400n, 0x0000_0040)
      .step(step, { events: [load(0, 8)] }).broken;
  // The first word makes SGI 0 pending, the second the more urgent SGI 4.
  const both = { ...access(pair, gicd + 0xf20n, 0x1n), rt2: 2 } as Step;
  assert.deepEqual(written(both), []);
  const store = access(plain.store[4], gicd + 0xf20n, 0x0101n);
  assert.deepEqual(written(store), ['list.order']);
});

run();
