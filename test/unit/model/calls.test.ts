// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict';
import { digest, sourceBytes } from '../../../harness/model/images.js';
import type { ImagesStep, SeenEvent, Step } from '../../../harness/model/index.js';
import { run, test } from '../../support/test.js';
import { inject, ModelRun, register } from './model-run.js';

/** Rules that break when `step`, after `before`, returns true. */
const answeredTrue = (step: Step, before = new ModelRun()) => before.call(step).broken;
const initialised = () => new ModelRun({ vcpus: 2 }).call({ op: 'init', cpu: 0 });

test('calls that must be refused are noticed when they are not', () => {
  assert.deepEqual(answeredTrue({ op: 'init', cpu: 4 }), ['api.initVcpu']);
  assert.deepEqual(answeredTrue(register(45)), ['api.registerEarly']);
  assert.deepEqual(answeredTrue(register(5), initialised()), ['api.registerSgi']);
  assert.deepEqual(answeredTrue(register(288), initialised()), ['api.registerRange']);
  assert.deepEqual(answeredTrue({ ...register(45), vcpu: 2 } as Step, initialised()), ['api.registerVcpu']);
  assert.deepEqual(answeredTrue(register(45), initialised().call(register(45))), ['api.registerTwice']);
  assert.deepEqual(answeredTrue(inject(45), initialised()), ['api.injectUnknown']);
  assert.deepEqual(answeredTrue({ op: 'inject', vcpu: 0, irq: -1 }, initialised()), ['api.injectUnknown']);
  assert.deepEqual(answeredTrue({ op: 'handle', channel: 5 }, initialised()), ['api.handleUnknown']);
  for (const channel of [9, 62, 0xffff_ffff]) {
    const through = { op: 'passthrough', vcpu: 0, irq: 45, channel } as const;
    assert.deepEqual(answeredTrue(through, initialised()), ['api.passthroughChannel']);
  }
});

test('calls that must succeed are noticed when they do not', () => {
  assert.deepEqual(new ModelRun().step({ op: 'init', cpu: 0 }).broken, ['api.initOk']);
  assert.deepEqual(initialised().step(register(45)).broken, ['api.registerOk']);
  const through = { op: 'passthrough', vcpu: 1, irq: 45, channel: 0 } as const;
  assert.deepEqual(initialised().step(through).broken, ['api.passthroughOk']);
});

test('a start with other registers or elsewhere is noticed', () => {
  const begin = (change: Partial<SeenEvent & { kind: 'start' }>) => {
    const [pc, dtb] = [0x4008_0000n, 0x4010_0000n];
    const start = {
      kind: 'start',
      vcpu: 0,
      pc,
      x0: dtb,
      clean: true,
      pstate: 0x3c5,
      sctlr: 0n,
      ...change,
    } as const;
    return new ModelRun().call({ op: 'start', vcpu: 0, pc, dtb, initrd: 0n }, start).broken;
  };
  assert.deepEqual(begin({}), []);
  assert.deepEqual(begin({ pc: 0x4008_0004n }), ['guest.start']);
  assert.deepEqual(begin({ x0: 0n }), ['guest.start']);
  assert.deepEqual(begin({ pstate: 5 }), ['guest.startRegisters']);
  assert.deepEqual(begin({ sctlr: 1n }), ['guest.startRegisters']);
  assert.deepEqual(begin({ clean: false }), ['guest.startRegisters']);
});

test('a guest that runs on after guest_stop is noticed', () => {
  const stopped = () => new ModelRun().begin().step({ op: 'stop', vcpu: 0 });
  const take = { op: 'take', vcpu: 0 } as const;
  assert.deepEqual(stopped().step(take, { outcome: { kind: 'idle' } }).broken, []);
  assert.deepEqual(stopped().step(take, { result: 1023n }).broken, ['guest.stop']);
});

test('PSCI results are judged in the width of the call', () => {
  const call = (x0: bigint, x1: bigint, answer: bigint) => {
    const smc = { op: 'smc', vcpu: 0, x0, x1, x2: 0n, x3: 0n } as const;
    return new ModelRun().begin().step(smc, { changes: [{ number: 0, value: answer }] }).broken;
  };
  assert.deepEqual(call(0x8400_0000n, 0n, 0x1_0001n), []);
  assert.deepEqual(call(0x8400_000an, 0x8400_0005n, 0xffff_ffffn), []);
  assert.deepEqual(call(0x8400_000an, 0x8400_0001n, 0xffff_ffffn), ['psci.features']);
  assert.deepEqual(call(0xc400_0004n, 9n, 0xffff_ffff_ffff_fffen), []);
  assert.deepEqual(call(0xc400_0004n, 9n, 0xffff_fffen), ['psci.affinityTarget']);
  assert.deepEqual(call(0x8600_0000n, 0n, 0n), ['psci.unknown']);
});

test('AFFINITY_INFO of a higher level ignores the fields below it, and may be refused', () => {
  const call = (x1: bigint, x2: bigint, value: bigint) => {
    const smc = { op: 'smc', vcpu: 0, x0: 0x8400_0004n, x1, x2, x3: 0n } as const;
    return new ModelRun().begin().step(smc, { changes: [{ number: 0, value }] }).broken;
  };
  for (const [x1, level] of [
    [0x01n, 1n],
    [0xff01n, 2n],
    [0xff_ffffn, 3n],
  ] as const) {
    assert.deepEqual(call(x1, level, 0n), []);
    assert.deepEqual(call(x1, level, 0xffff_fffen), []);
  }
  assert.deepEqual(call(0x100n, 1n, 0n), ['psci.affinityTarget']);
  assert.deepEqual(call(0x1_0000n, 2n, 0n), ['psci.affinityTarget']);
});

const images: ImagesStep = {
  op: 'images',
  seed: 3,
  kernelSize: 100n,
  kernelMagic: 0x644d_5241,
  textOffset: 0n,
  imageSize: 4096n,
  flags: 0n,
  dtbOffset: 0x20_0000n,
  dtbSize: 48n,
  dtbMagic: 0xd00d_feed,
  dtbTotal: 48,
  initrdOffset: 0x30_0000n,
  initrdSize: 0n,
};

const written = (offset: number, kind: number, size: number): SeenEvent => ({
  kind: 'written',
  offset,
  size,
  digest: digest(sourceBytes(images, kind, size)),
});

test('images are expected unchanged at their destinations', () => {
  const good = [written(0, 0, 100), written(0x20_0000, 1, 48)];
  const placed = (events: SeenEvent[], result = 0x4000_0000n) =>
    new ModelRun().step(images, { result, events }).broken;
  assert.deepEqual(placed(good), []);
  assert.deepEqual(placed(good, 0x4000_1000n), ['images.entry']);
  assert.deepEqual(placed(good.slice(0, 1)), ['images.copied']);
  assert.deepEqual(placed([written(0, 0, 99), ...good.slice(1)]), ['images.copied']);
});

test('a kernel whose first instruction would be misaligned is refused', () => {
  const step = { ...images, textOffset: 0x8_0002n };
  assert.deepEqual(new ModelRun().step(step, { result: 0xffff_ffff_ffff_ffffn, events: [] }).broken, []);
  assert.deepEqual(new ModelRun().step(step, { result: 0x4008_0002n, events: [] }).broken, [
    'images.kernelAligned',
  ]);
  // Before Linux 3.17 nobody looked at the field.
  const old = { ...step, imageSize: 0n };
  assert.ok(!new ModelRun().step(old, { result: 0n, events: [] }).broken.includes('images.kernelAligned'));
});

test('images that must be refused are noticed when they are not, or when RAM was written', () => {
  const failure = 0xffff_ffff_ffff_ffffn;
  const refused = (change: Partial<ImagesStep>, result = failure, events: SeenEvent[] = []) =>
    new ModelRun().step({ ...images, ...change }, { result, events }).broken;
  assert.deepEqual(refused({ kernelMagic: 0 }), []);
  assert.deepEqual(refused({ kernelMagic: 0 }, 0n), ['images.kernelMagic']);
  assert.deepEqual(refused({ kernelMagic: 0 }, failure, [written(0, 0, 64)]), ['images.untouched']);
  assert.deepEqual(refused({ dtbOffset: 0x1000n }, 0x4000_0000n, []), ['images.copied']);
  assert.deepEqual(refused({ dtbOffset: 0xff8n }, 0x4000_0000n), ['images.disjoint']);
  assert.deepEqual(refused({ imageSize: 0x40_0001n }, 0x4000_0000n), ['images.inside']);
  assert.deepEqual(refused({ initrdOffset: failure, initrdSize: 2n }, 0x4000_0000n), ['images.inside']);
});

run();
