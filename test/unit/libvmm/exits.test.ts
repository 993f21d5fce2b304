// SPDX-License-Identifier: BSD-2-Clause
/** Exits of a vCPU by their label and syndrome: what of its context changes, and what does not. */
import * as assert from 'uvu/assert';
import { run, test } from '../../support/test.js';
import { read, write } from './distributor.js';
import { ask, hex } from './subject.js';
import { cpuOff, cpuOn, entry, guest, last, now, running, smc, timer, timerOff, wait } from './vcpus.js';

/** seL4_Fault_tag_t */
const label = {
  capFault: 1,
  unknownSyscall: 2,
  userException: 3,
  timeout: 5,
  vmFault: 6,
  maintenance: 7,
  vcpuFault: 8,
  vppiEvent: 9,
};
const wfe = 0x0600_0001;
const smcTrap = 0x5e00_0000;
const [el1h, singleStep] = [0x3c5, 0x20_03c5];
const undefinedInstruction = 'esr=2000000 far=0';
const pc = 0x4000_1000;
const sp = 0x5eed;

const context = (vcpu: number, pstate: number, at = pc) =>
  `context ${vcpu} ${hex(at)} ${hex(sp)} ${hex(pstate)}`;
const exit = (vcpu: number, kind: keyof typeof label, ...mr: (number | bigint)[]) =>
  `exit ${vcpu} ${hex(label[kind])} ${mr.map(hex).join(' ')}`;

/** The answer to an exit, without the hook's part. */
const exited = (...lines: string[]) => last(1, ...lines)[0]?.replace(/ (loaded|ended|exception|hook) .*/, '');

test('a trapped instruction moves the pc on, and nothing else', () => {
  for (const vcpu of [0, 1]) {
    const lines = [...guest(2), context(vcpu, el1h)];
    assert.is(exited(...lines, exit(vcpu, 'vcpuFault', wfe)), 'resume +4');
    assert.is(exited(...lines, exit(vcpu, 'vcpuFault', smcTrap)), 'resume +4');
  }
});

test('a single step over it is over: PSTATE.SS is cleared, and nothing else changes', () => {
  for (const vcpu of [0, 1]) {
    const lines = [...guest(2), context(vcpu, singleStep)];
    assert.is(exited(...lines, exit(vcpu, 'vcpuFault', wfe)), 'resume +4 pstate=3c5');
    assert.is(exited(...lines, exit(vcpu, 'vcpuFault', smcTrap)), 'resume +4 pstate=3c5');
  }
});

test('WFI with a pending interrupt is a single step, too', () => {
  const pending = [write(0x000, 1), write(0xf00, 0x0002_0003)];
  const lines = [...guest(2), ...pending, context(1, singleStep)];
  assert.is(exited(...lines, exit(1, 'vcpuFault', 0x0600_0000)), 'resume +4 pstate=3c5');
});

test('a vCPU that waits keeps its context, and steps over its WFI when the wait ends', () => {
  const lines = [...guest(2), timerOff(1), context(1, singleStep)];
  assert.is(exited(...lines, exit(1, 'vcpuFault', 0x0600_0000)), 'hold +0 -1');
  const sgi = [write(0x000, 1), write(0xf00, 0x0002_0003)];
  const woken = [...lines, exit(1, 'vcpuFault', 0x0600_0000), ...sgi];
  assert.is(exited(...woken, exit(1, 'vcpuFault', wfe)), 'resume +4 +1', 'it was resumed once');
});

test('an instruction that traps for an unknown reason is undefined', () => {
  for (const [pstate, vector, spsr] of [
    [el1h, 0x200, ''],
    [0x3c4, 0x000, ' pstate=3c5'],
    [0x3c0, 0x400, ' pstate=3c5'],
    [0x3d0, 0x600, ' pstate=3c5'],
  ] as const)
    for (const kind of ['userException', 'vcpuFault'] as const) {
      const answer = exited(...guest(2), context(1, pstate), exit(1, kind, 0x1e00_0000));
      const moved = BigInt.asUintN(64, BigInt(vector - pc));
      assert.is(answer, `resume +${moved}${spsr} ${undefinedInstruction}`, hex(pstate));
    }
});

test('an HVC is a call only with bit 31, and bits 23 to 17 clear', () => {
  const answer = (id: bigint) =>
    ask(['start 1 0', `gpr 0 ${hex(id)}`, `call ${label.unknownSyscall}`])
      .at(-1)
      ?.split(' ')[1];
  for (const id of [0x8000_0000n, 0x8001_0000n, 0xc100_0000n, 0xff00_0000n])
    assert.is(answer(id), 'next', hex(id));
  for (const id of [0x4000_0000n, 0x2000_0000n, ...[17n, 20n, 23n].map((bit) => (1n << 31n) | (1n << bit))])
    assert.is(answer(id), 'vector', hex(id));
});

test('an exit that no guest can cause, and one of a vCPU that does not exist, get no reply', () => {
  assert.is(exited(...guest(2), exit(0, 'timeout')), 'hold +0');
  assert.is(exited(...guest(2), exit(2, 'vcpuFault', wfe)), 'hold +0');
  assert.is(exited(...guest(4), exit(3, 'vcpuFault', wfe)), 'resume +4');
});

test('the hooks are told vCPU, index, INTID, priority, label and result', () => {
  const told = (...lines: string[]) =>
    last(1, ...lines)[0]?.replace(/^.*? (?=(loaded|ended|exception|hook) )/, '');
  assert.is(told(...guest(3), exit(2, 'vcpuFault', wfe)), 'hook 2 8 1');
  assert.is(told(...guest(3), exit(1, 'timeout')), 'hook 1 5 0');
  assert.is(
    told(...guest(3), context(2, el1h), exit(2, 'userException')),
    'exception 2 2000000 0 hook 2 3 1',
  );
  const sgis = [1, 2, 3, 4, 5].map((intid) => write(0xf00, 0x0002_0000 | intid));
  const priorities = write(0x404, 0x0000_5000, 1);
  const full = [...guest(3), write(0x000, 1), priorities, ...sgis];
  assert.is(told(...full, exit(1, 'maintenance', 2)), 'ended 1:2=3 loaded 1:2=5,10 hook 1 7 1');
});

test('whatever ends the wait of a polling vCPU, it is over', () => {
  const polls = [...guest(2), timer(1, 1000), wait(1)];
  const fetch = exit(1, 'vmFault', pc, 0x0b00_0000, 1, 0x8200_0007);
  assert.is(exited(...polls, fetch), 'resume +4', 'the fetch of the next instruction happens again');
  const due = [...polls, now(1000), write(0x000, 1), write(0x100, 1 << 27, 1)];
  assert.equal(last(2, ...due, exit(1, 'vppiEvent', 27), read(0x200, 1))[1], hex(1 << 27));
  const taken = [...guest(2), write(0x000, 1), write(0xf00, 0x0002_0003), write(0xf00, 0x0002_0003)];
  const ended = exit(1, 'maintenance', 0);
  assert.is(exited(...taken, ended), 'resume +0 1:0=3,0,0', 'the next interrupt is loaded');
});

test('with two vCPUs an exit of one wakes the other, whose timer is due', () => {
  const lines = [...guest(2), timer(1, 1000), wait(1), now(1000)];
  assert.equal(last(2, ...lines, smc(0, 0x8400_0000), running), ['resume +4 +1 x0=65537', '0 1']);
});

test('a vCPU starts with the registers of a reset', () => {
  const registers = Array.from({ length: 24 }, (_, n) => n);
  const spoilt = registers.map((reg) => `vset 1 ${hex(reg)} 5a5a5a5a`);
  const answers = ask([
    'guest 2',
    ...spoilt,
    smc(0, cpuOn, 1, entry),
    ...registers.map((reg) => `vreg 1 ${hex(reg)}`),
  ]);
  const got = answers.slice(-registers.length);
  const kept = got.flatMap((value, reg) => (value === '5a5a5a5a' ? [reg] : []));
  const set = got.flatMap((value, reg) => (value === '0' || value === '5a5a5a5a' ? [] : [`${reg}=${value}`]));
  // SCTLR_EL1 of a Cortex-A53, and MPIDR_EL1. ISR_EL1 cannot be written.
  assert.equal([kept, set], [[13], ['0=c50838', '16=80000001']]);
});

test('an exception is taken with the controls of its own vCPU', () => {
  const sctlr = 0;
  const ssbs = 1n << 44n;
  const lines = [...guest(2), context(1, el1h), `vset 1 ${hex(sctlr)} ${hex(ssbs)}`];
  assert.match(exited(...lines, exit(1, 'userException')) ?? '', /pstate=13c5/);
  const others = [...guest(2), context(1, el1h), `vset 0 ${hex(sctlr)} ${hex(ssbs)}`];
  assert.not.match(exited(...others, exit(1, 'userException')) ?? '', /pstate/);
});

test('AFFINITY_INFO: level 0 names a vCPU, levels 1 to 3 their clusters, others are invalid', () => {
  const info = 0xc400_0004n;
  const lines = ['guest 3', smc(0, cpuOn, 1, entry)];
  const answer = (affinity: bigint, level: bigint, id = info) =>
    exitedX0(...lines, smc(0, id, affinity, level));
  const [on, off, invalid] = [0, 1, -2];
  assert.equal(
    [0n, 1n, 2n, 3n, 0x100n, 1n << 32n].map((cpu) => answer(cpu, 0n)),
    [on, on, off, invalid, invalid, invalid],
  );
  for (const level of [1n, 2n, 3n]) {
    const below = (1n << (8n * level)) - 1n;
    assert.equal(
      [0n, 2n, below, below + 1n, 1n << 40n].map((cpu) => answer(cpu, level)),
      [on, on, on, invalid, invalid],
    );
  }
  for (const level of [4n, 5n, 8n, 1n << 32n, (1n << 64n) - 1n])
    assert.is(answer(0n, level), invalid, hex(level));
  assert.is(answer(1n | (1n << 32n), 1n << 32n, 0x8400_0004n), on, 'SMC32 takes the lower halves');
});

const exitedX0 = (...lines: string[]) => Number(/x0=(-?\d+)/.exec(last(1, ...lines)[0] ?? '')?.[1]);

test('calls take arguments by their convention, and an entry point at the last word of RAM', () => {
  const end = 0x4080_0000;
  assert.is(exitedX0('guest 2', smc(0, cpuOn, 1, end)), -9);
  assert.is(exitedX0('guest 2', smc(0, cpuOn, 1, end - 4)), 0);
  assert.is(exitedX0('guest 2', smc(0, 0x8400_0003, (1n << 32n) + 1n, (1n << 32n) + BigInt(entry))), 0);
  assert.is(exitedX0('guest 2', smc(0, cpuOn, (1n << 32n) + 1n, entry)), -2);
  assert.is(exitedX0('guest 2', smc(0, cpuOff + 0x4000_0000)), -1, 'CPU_OFF has no SMC64 form');
});

test('helpers for handlers: the part of a word, sign extension, and the next instruction', () => {
  const fsr = (sas: bigint, more = 0n) => 0x9300_0007n | (sas << 22n) | (2n << 16n) | more;
  const [stored, sign, wide] = [1n << 6n, 1n << 21n, 1n << 15n];
  const helpers = (addr: bigint, syndrome: bigint, reg: bigint, value: bigint) =>
    ask([`helpers ${[addr, syndrome, reg, value].map(hex).join(' ')}`])[0];
  assert.is(helpers(0x11n, fsr(0n), 0xffff_ffffn, 0x8182_8384n), 'ffffff83 true +4 83');
  assert.is(helpers(0x12n, fsr(1n), 0n, 0x8182_8384n), '8182 true +4 8182');
  assert.is(helpers(0x12n, fsr(1n, sign | wide), 0n, 0x8182_8384n), '8182 true +4 ffffffffffff8182');
  assert.is(
    helpers(0x10n, fsr(3n, wide), 0n, 0x8182_8384_8586_8788n),
    '8182838485868788 true +4 8182838485868788',
  );
  assert.is(helpers(0x13n, fsr(0n, stored), 0x1111_1111n, 0xabn)?.split(' ')[0], 'ab111111');
});

test('faults have names', () => {
  const names = [0, 1, 2, 3, 5, 6, 7, 8, 9].map((value) => ask([`name ${value}`])[0]);
  const unknown = 'unknown fault';
  assert.equal(names, [
    unknown,
    unknown,
    'UnknownSyscall',
    'UserException',
    unknown,
    'VMFault',
    'VGICMaintenance',
    'VCPUFault',
    'VPPIEvent',
  ]);
});

run();
