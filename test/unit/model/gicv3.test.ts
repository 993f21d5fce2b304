// SPDX-License-Identifier: BSD-2-Clause
/** The model of a machine with a GICv3. */
import assert from 'node:assert/strict';
import {
  defaultConfig,
  type ModelConfig,
  placeName,
  plain,
  type SeenEvent,
  systemRegisterName,
  systemRegisters,
} from '../../../harness/model/index.js';
import { run, test } from '../../support/test.js';
import { access, gicd, inject, load, ModelRun, register } from './model-run.js';

const gicr = 0x080a_0000n;
const sgiBase = 0x1_0000n;
const stride = 0x2_0000n;
const route = (intid: number): bigint => gicd + 0x6000n + BigInt(intid) * 8n;

const machine = (vcpus: number): ModelConfig => ({
  ...defaultConfig,
  gic: 3,
  vcpus,
  distributor: { base: Number(gicd), size: 0x1_0000 },
  redistributorBase: Number(gicr),
  cpuInterface: { base: 0, size: 0 },
  implementation: {
    ...defaultConfig.implementation,
    typer: 8 | (9 << 19) | (1 << 24),
    sgisAlwaysEnabled: false,
    otherSizes: 'ignored',
  },
});

const begun = (vcpus = 1) => new ModelRun(machine(vcpus)).begin();

const msr = (trial: ModelRun, encoding: number, value: bigint, vcpu = 0, ...events: SeenEvent[]): ModelRun =>
  trial.step({ op: 'sysreg', vcpu, encoding, write: true, value }, { events });

/** Group 0 is enabled in distributor and CPU interface, the redistributor of vCPU 0 is awake, its SGIs are enabled. */
function open(vcpus = 1): ModelRun {
  const trial = begun(vcpus);
  msr(trial, systemRegisters.igrpen0, 1n);
  msr(trial, systemRegisters.pmr, 0xffn);
  return trial
    .store(gicr + 0x14n, 0)
    .store(gicr + sgiBase + 0x100n, 0xffff)
    .store(gicd, 1);
}

/** vCPU 1 runs. */
const second = (trial: ModelRun): ModelRun =>
  trial.step(
    { op: 'smc', vcpu: 0, x0: 0x8400_0003n, x1: 1n, x2: 0x4000_0000n, x3: 0n },
    {
      changes: [{ number: 0, value: 0n }],
      events: [{ kind: 'start', vcpu: 1, pc: 0x4000_0000n, x0: 0n, clean: true, pstate: 0x3c5, sctlr: 0n }],
    },
  );

test('registers have their names, redistributors their vCPU', () => {
  const name = (address: bigint) => placeName(machine(2), Number(address));
  assert.equal(name(gicd + 0x104n), 'GICD_ISENABLER1');
  assert.equal(name(route(32)), 'GICD_IROUTER64');
  assert.equal(name(gicr + stride + sgiBase + 0x100n), 'GICR_ISENABLER0 of vCPU 1');
  assert.equal(name(gicr + 2n * stride), undefined);
  assert.equal(systemRegisterName(systemRegisters.sgi1r), 'ICC_SGI1R_EL1');
  assert.equal(systemRegisterName(0xc000), 'S3_0_C0_C0_0');
});

test('affinity routing is on, and private interrupts are not in the distributor', () => {
  assert.deepEqual(begun().load(gicd, 0x50).broken, []);
  assert.deepEqual(begun().load(gicd, 0x10).broken, ['gicd3.ctlr']);
  assert.deepEqual(
    begun()
      .store(gicd + 0x100n, 0x1_0000)
      .load(gicd + 0x100n, 0).broken,
    [],
  );
  assert.deepEqual(begun().load(gicd + 0x100n, 0xffff).broken, ['gicd3.private']);
  assert.deepEqual(begun().load(gicd + 0x820n, 1).broken, ['gicd3.legacy']);
});

test('a redistributor belongs to its vCPU, whoever accesses it', () => {
  const written = () => begun(2).store(gicr + stride + sgiBase + 0x100n, 4);
  assert.deepEqual(written().load(gicr + stride + sgiBase + 0x100n, 4).broken, []);
  assert.deepEqual(written().load(gicr + sgiBase + 0x100n, 4).broken, ['gicr.isenabler']);
});

test('GICR_TYPER names the vCPU and the last frame', () => {
  const wide = (value: bigint) => ({ changes: [{ number: 2, value }] });
  const read = (vcpu: bigint, value: bigint) =>
    begun(2).step(access(plain.load[8], gicr + vcpu * stride + 8n, 0n), wide(value)).broken;
  assert.deepEqual(read(0n, 0n), []);
  assert.deepEqual(read(1n, 0x1_0000_0010n), []);
  assert.deepEqual(read(0n, 0x10n), ['gicr.typer']);
  assert.deepEqual(read(1n, 0x10n), ['gicr.typer']);
});

test('a redistributor that sleeps forwards nothing', () => {
  const enabled = (waker: number) =>
    open()
      .store(gicr + 0x14n, waker)
      .store(gicd + 0x104n, 1);
  assert.deepEqual(enabled(0).store(gicd + 0x204n, 1, 0, load(32)).broken, []);
  assert.deepEqual(enabled(0).store(gicd + 0x204n, 1).broken, ['deliver.guest']);
  assert.deepEqual(enabled(2).store(gicd + 0x204n, 1).broken, []);
  assert.deepEqual(enabled(2).store(gicd + 0x204n, 1, 0, load(32)).broken, ['gicr.asleep']);
  assert.deepEqual(
    enabled(2)
      .store(gicd + 0x204n, 1)
      .store(gicr + 0x14n, 0).broken,
    ['deliver.waited'],
  );
});

test('an SPI goes to the affinity in GICD_IROUTER', () => {
  const routed = (to: number) =>
    second(open(2))
      .call(register(40))
      .store(gicr + stride + 0x14n, 0)
      .store(gicd + 0x104n, 0x100)
      .store(route(40), to);
  const injected = (to: number, ...events: SeenEvent[]) => routed(to).call(inject(40), ...events).broken;
  assert.deepEqual(injected(0, load(40)), []);
  assert.deepEqual(injected(1, load(40, 0, 0, 1)), []);
  assert.deepEqual(injected(1, load(40)), ['deliver.target']);
  assert.deepEqual(injected(0x8000_0000, load(40, 0, 0, 1)), []);
  assert.deepEqual(injected(0x100), []);
});

test('SGIs go to the target list, or to all others', () => {
  const others = 1n << 40n;
  const sent = (value: bigint, ...events: SeenEvent[]) => {
    const trial = second(open(2))
      .store(gicr + stride + 0x14n, 0)
      .store(gicr + stride + sgiBase + 0x100n, 0xffff);
    return msr(trial, systemRegisters.sgi0r, (3n << 24n) | value, 0, ...events).broken;
  };
  assert.deepEqual(sent(2n, load(3, 0, 0, 1)), []);
  assert.deepEqual(sent(3n, load(3), load(3, 0, 0, 1)), []);
  assert.deepEqual(sent(3n, load(3)), ['icc.sgi']);
  assert.deepEqual(sent(others, load(3, 0, 0, 1)), []);
  assert.deepEqual(sent(others, load(3)), ['deliver.nothing']);
  assert.deepEqual(sent((1n << 16n) | 2n), []);
});

test('only ICC_SGI1R_EL1 reaches SGIs of group 1', () => {
  const grouped = () =>
    open()
      .store(gicr + sgiBase + 0x80n, 1)
      .store(gicd, 3);
  const sgi1 = load(0, 0, 0, 0, 1);
  assert.deepEqual(msr(grouped(), systemRegisters.sgi1r, 1n, 0, sgi1).broken, []);
  assert.deepEqual(msr(grouped(), systemRegisters.sgi1r, 1n).broken, ['icc.sgi']);
  assert.deepEqual(msr(grouped(), systemRegisters.sgi0r, 1n).broken, []);
  assert.deepEqual(msr(grouped(), systemRegisters.asgi1r, 1n, 0, sgi1).broken, ['deliver.nothing']);
  // An SGI of group 0: the sources leave it open.
  assert.deepEqual(msr(open(), systemRegisters.sgi1r, 1n).broken, []);
  assert.deepEqual(msr(open(), systemRegisters.sgi1r, 1n, 0, load(0)).broken, []);
});

test('an SGI has no sender: two merge into one, or behind a VMM may remain two', () => {
  const twice = () => msr(msr(open(), systemRegisters.sgi0r, 1n, 0, load(0)), systemRegisters.sgi0r, 1n);
  assert.deepEqual(twice().take(0).end().take(1023).broken, []);
  assert.deepEqual(twice().take(0).end(load(0)).take(0).end().take(1023).broken, []);
});

test('system registers of the interface hold the value written', () => {
  const read = (trial: ModelRun, encoding: number, value: bigint) =>
    trial.step(
      { op: 'sysreg', vcpu: 0, encoding, write: false, value: 0x55n },
      { changes: [{ number: 2, value }] },
    ).broken;
  assert.deepEqual(read(open(), systemRegisters.pmr, 0xf8n), []);
  assert.deepEqual(read(open(), systemRegisters.pmr, 0xffn), ['icc.registers']);
  assert.deepEqual(read(open(), systemRegisters.igrpen1, 1n), ['icc.registers']);
  assert.deepEqual(read(open(), systemRegisters.sre, 0n), ['icc.sre']);
  assert.deepEqual(read(open(), systemRegisters.rpr, 0xffn), []);
});

test('doubleword accesses are required only for 64-bit registers', () => {
  const wide = { changes: [{ number: 2, value: 0n }] };
  const read = (address: bigint) =>
    begun()
      .store(gicd + 0x104n, 1)
      .step(access(plain.load[8], address, 1n), wide).broken;
  assert.deepEqual(read(gicd + 0x100n), []);
  assert.deepEqual(read(route(40)), []);
});

run();
