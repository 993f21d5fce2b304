// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import { relocated } from '../../../harness/conform/relocate.js';
import { defaultConfig, type Step } from '../../../harness/model/index.js';
import { run, test } from '../../support/test.js';

const access = (address: bigint): Step => ({
  op: 'access',
  vcpu: 0,
  form: 1,
  rt: 2,
  rt2: 3,
  rn: 1,
  address,
  value: 1n,
});
const start = (pc: bigint): Step => ({ op: 'start', vcpu: 0, pc, dtb: 0n, initrd: 0n });
const other = {
  ...defaultConfig,
  distributor: { base: 0xf901_0000, size: 0x1000 },
  cpuInterface: { base: 0xf902_f000, size: 0x2000 },
  ram: { base: 0x2000_0000, size: 0x40_0000 },
};

const stepsOn = (config: typeof other, ...steps: Step[]) =>
  relocated({ vcpus: 1, page: false, steps }, config).steps;

test('addresses of the interrupt controller and of RAM become those of the target', () => {
  assert.equal(stepsOn(other, start(0x4008_0000n), access(0x0800_0104n), access(0x0801_1000n)), [
    start(0x2008_0000n),
    access(0xf901_0104n),
    access(0xf903_0000n),
  ]);
});

test('what is nowhere on the virt machine stays nowhere', () => {
  assert.equal(stepsOn(other, access(0x1000n), access(0x0800_1000n)), [
    access(0x1000n),
    access(0x0800_1000n),
  ]);
});

test('on the virt machine a case stays what it is', () => {
  const original = { vcpus: 1, page: false, steps: [access(0x0800_0104n)] };
  assert.is(relocated(original, defaultConfig), original);
});

run();
