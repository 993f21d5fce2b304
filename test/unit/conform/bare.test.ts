// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import { bareCase } from '../../../harness/conform/bare.js';
import { defaultConfig, plain, type Step, systemRegisters } from '../../../harness/model/index.js';
import { run, test } from '../../support/test.js';

const config = { ...defaultConfig, witness: 'bare' as const, vcpus: 2 };
const start: Step = { op: 'start', vcpu: 0, pc: 0x4008_0000n, dtb: 0n, initrd: 0n };
const store = (vcpu: number, offset: number, value: bigint): Step => {
  const address = BigInt(config.distributor.base + offset);
  return { op: 'access', vcpu, form: plain.store[4], rt: 2, rt2: 3, rn: 1, address, value };
};
const take = (vcpu: number): Step => ({ op: 'take', vcpu });
const smc = (x0: bigint, x1 = 0n): Step => ({ op: 'smc', vcpu: 0, x0, x1, x2: 0x4020_0000n, x3: 0n });

/** The steps for the bare machine, without the two that begin every case. */
function left(...steps: Step[]): readonly Step[] {
  const { bare } = bareCase({ vcpus: 2, page: false, steps }, config);
  return bare.steps.slice(2);
}

test('accesses to the interrupt controller are kept, API calls are left out', () => {
  const enable = store(0, 0x104, 1n);
  const register: Step = { op: 'register', vcpu: 0, irq: 45, ack: true, cookie: 0 };
  assert.equal(left({ op: 'init', cpu: 0 }, register, start, enable, take(0)), [enable, take(0)]);
});

test('an injection of a registered interrupt sets its pending bit; any other is left out', () => {
  const register: Step = { op: 'register', vcpu: 0, irq: 45, ack: true, cookie: 0 };
  const inject = (irq: number): Step => ({ op: 'inject', vcpu: 0, irq });
  assert.equal(left(register, start, inject(45), inject(46)), [store(0, 0x204, 0x2000n)]);
  const passthrough: Step = { op: 'passthrough', vcpu: 0, irq: 32, channel: 3 };
  assert.equal(left(passthrough, start, { op: 'handle', channel: 3 }), [store(0, 0x204, 1n)]);
});

test('steps of a CPU before CPU_ON are left out, and the case ends at a step that the machine cannot do', () => {
  const on = smc(0xc400_0003n, 1n);
  assert.equal(left(start, take(1), on, take(1)), [on, take(1)]);
  assert.equal(left(start, take(0), smc(0x8400_0009n), take(0)), [take(0)]);
  assert.equal(left(start, take(0), { op: 'restart', vcpu: 0 }, take(0)), [take(0)]);
});

test('an access that would crash QEMU is left out', () => {
  assert.equal(left(start, store(0, 0xf20, 0n), take(0)), [take(0)]);
});

test('a case for the bare machine is not changed, and each step keeps its index', () => {
  const steps: Step[] = [{ op: 'init', cpu: 0 }, start, store(0, 0x104, 1n), take(0)];
  const { bare } = bareCase({ vcpus: 2, page: false, steps }, config);
  assert.equal(bareCase(bare, config).bare, bare);
  const { places } = bareCase({ vcpus: 2, page: false, steps: [{ op: 'init', cpu: 1 }, ...steps] }, config);
  assert.is(places.get(4), 3);
  assert.is(places.get(0), undefined);
});

const three = {
  ...config,
  ...{ gic: 3 as const, redistributorBase: 0x080a_0000, cpuInterface: { base: 0, size: 0 } },
};

/** The same for a machine with a GICv3. */
function leftOfThree(...steps: Step[]): readonly Step[] {
  const { bare } = bareCase({ vcpus: 2, page: false, gic: 3, steps }, three);
  assert.is(bare.gic, 3);
  return bare.steps.slice(2);
}

test('with a GICv3, accesses to redistributors and to system registers of the CPU interface are kept', () => {
  const sysreg = (encoding: number, state = 0): Step => {
    return { op: 'sysreg', vcpu: 0, encoding, write: true, value: 1n, state };
  };
  const enable = store(0, three.redistributorBase + 0x1_0100 - three.distributor.base, 1n);
  const priorities = sysreg(systemRegisters.pmr);
  assert.equal(leftOfThree(start, enable, priorities), [enable, priorities]);
  assert.equal(leftOfThree(start, sysreg(systemRegisters.pmr, 1), sysreg(0x4000)), []);
  assert.equal(left(start, priorities), []);
});

test('an injection of a private interrupt sets the pending bit in the redistributor', () => {
  const register: Step = { op: 'register', vcpu: 0, irq: 20, ack: true, cookie: 0 };
  const at = three.redistributorBase + 0x1_0200 - three.distributor.base;
  assert.equal(leftOfThree(register, start, { op: 'inject', vcpu: 0, irq: 20 }), [store(0, at, 1n << 20n)]);
});

test('a redistributor is not put to sleep, because QEMU still forwards to it', () => {
  const waker = three.redistributorBase + 0x2_0014 - three.distributor.base;
  assert.equal(leftOfThree(start, store(0, waker, 2n), take(0)), [take(0)]);
});

run();
