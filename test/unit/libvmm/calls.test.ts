// SPDX-License-Identifier: BSD-2-Clause
/** SMC and HVC: PSCI and SMCCC calls by either, and other instructions. */
import * as assert from 'uvu/assert';
import { run, test } from '../../support/test.js';
import { ask, hex } from './subject.js';

/** seL4_Fault_tag_t */
const labels = { capFault: 1, unknownSyscall: 2, vcpuFault: 8 };
const psciVersion = 0x8400_0000n;
const psciFeatures = 0x8400_000an;
const notSupported = 'ffffffffffffffff';

const call = (label: keyof typeof labels, x0: bigint, x1 = 0n, pstate = 0x3c5n) =>
  ask([
    'start 1 0',
    `pstate ${hex(pstate)}`,
    `gpr 0 ${hex(x0)}`,
    `gpr 1 ${hex(x1)}`,
    `call ${labels[label]}`,
  ]).at(-1);

test('PSCI calls work by SMC and by HVC, whatever fault seL4 reports for the latter', () => {
  for (const label of ['vcpuFault', 'unknownSyscall', 'capFault'] as const) {
    assert.is(call(label, psciVersion), 'resume next x0=10001 pstate=3c5', label);
    assert.is(call(label, psciFeatures, psciVersion), 'resume next x0=0 pstate=3c5', label);
  }
});

test('an unknown call returns NOT_SUPPORTED by either, and is not an undefined instruction', () => {
  for (const label of ['vcpuFault', 'unknownSyscall'] as const)
    for (const id of [0x8600_ff01n, 0xc500_ffffn, 0x1234_5678_8400_0fffn])
      assert.is(call(label, id), `resume next x0=${notSupported} pstate=3c5`, hex(id));
});

test('an HVC that is not an SMCCC call is undefined', () => {
  for (const id of [0n, 0x0400_0000n, 0x7fff_ffffn, 0x8402_0000n, 0xffff_ffffn, 0x8480_0000n])
    assert.is(call('unknownSyscall', id), `resume vector x0=${hex(id)} pstate=3c5`, hex(id));
});

test('a single step over a call ends after it', () => {
  for (const label of ['vcpuFault', 'unknownSyscall'] as const)
    assert.is(call(label, psciVersion, 0n, 0x20_03c5n), 'resume next x0=10001 pstate=3c5', label);
});

run();
