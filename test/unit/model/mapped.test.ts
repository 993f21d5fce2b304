// SPDX-License-Identifier: BSD-2-Clause
/** Accesses through the guest's stage 1: what the model requires of a VMM. */
import assert from 'node:assert/strict';
import { forms, type Outcome, type Step } from '../../../harness/model/index.js';
import { run, test } from '../../support/test.js';
import { gicd, ModelRun } from './model-run.js';

type MappedStep = Extract<Step, { op: 'mapped' }>;

const accessFlag = 1n << 10n;
const el0 = 1n << 6n;
const readOnly = 1n << 7n;
const page = (address: bigint) => address | accessFlag | el0 | 3n;
const ram = 0x4000_0000n;
const device = 0x1000_0000n;
const stp = forms.findIndex(({ text }) => text === 'stp wt, wt2, [n]');
const el0t = 0x20;

/** A pair that begins in the last word of a page of a device and ends in memory: 39 bits, 4 KiB. */
const straddle: MappedStep = {
  op: 'mapped',
  vcpu: 0,
  form: stp,
  rt: 2,
  rt2: 3,
  rn: 1,
  address: 0x5ffcn,
  value: 0n,
  state: el0t,
  sctlr: 0,
  tcr: 25n | (25n << 16n) | (2n << 30n) | (2n << 32n),
  tables: 0n,
  level: 3,
  first: page(device),
  second: page(ram + 0x8_0000n),
  code: page(ram + 0x1_0000n) | readOnly,
};

const started = () =>
  new ModelRun({ translates: true }).begin().call({ op: 'handler', base: device, size: 0x1000n, id: 7 });
const called = { kind: 'handler', id: 7, vcpu: 0, offset: 0xffcn, write: true } as const;
const done: Outcome = { kind: 'next', pstate: 0x3c0 };
const abort = (status: number, far: bigint): Outcome => ({
  kind: 'exception',
  vector: 0x400,
  esr: 0x9200_0040 | status,
  far,
  elr: 0n,
  spsr: 0x3c0,
});

const brokenBy = (step: Partial<MappedStep>, outcome: Outcome, calls: boolean): string[] =>
  started().step({ ...straddle, ...step }, { outcome, events: calls ? [called] : [] }).broken;

test('an access that stage 1 permits is done, in each page at its own address', () => {
  assert.deepEqual(brokenBy({}, done, true), []);
  assert.deepEqual(brokenBy({}, done, false), ['access.handler']);
  assert.deepEqual(brokenBy({}, abort(0x10, 0x5ffcn), false), ['access.next']);
});

test('an access of which stage 1 denies the second page is not done, and aborts there', () => {
  const denied: [Partial<MappedStep>, status: number][] = [
    [{ second: page(ram) | readOnly }, 0x0f],
    [{ second: page(ram) ^ el0 }, 0x0f],
    [{ second: page(ram) ^ accessFlag }, 0x0b],
    [{ second: 0n }, 0x07],
    [{ second: page(1n << 40n) }, 0x03],
  ];
  for (const [step, status] of denied) {
    assert.deepEqual(brokenBy(step, abort(status, 0x6000n), false), []);
    assert.deepEqual(brokenBy(step, done, true), ['access.stage1']);
    assert.deepEqual(brokenBy(step, abort(status, 0x5ffcn), false), ['access.stage1']);
    assert.deepEqual(brokenBy(step, abort(0x10, 0x6000n), false), ['access.stage1']);
  }
});

test('an access to a page that nobody answers is an external abort at its virtual address', () => {
  const second = page(0x0b00_0000n);
  assert.deepEqual(brokenBy({ second }, abort(0x10, 0x6000n), false), []);
  assert.deepEqual(brokenBy({ second }, abort(0x10, 0x0b00_0000n), false), ['access.abort']);
});

test('a register of the distributor is accessed at its translated address', () => {
  const load = forms.findIndex(({ text }) => text === 'ldr wt, [n]');
  const typer = {
    ...straddle,
    form: load,
    address: 0x5004n,
    first: page(gicd),
    value: ~0n & (2n ** 64n - 1n),
  };
  const changes = [{ number: 2, value: 8n }];
  assert.deepEqual(started().step(typer, { outcome: done, changes }).broken, []);
  const wrong = [{ number: 2, value: 9n }];
  assert.deepEqual(started().step(typer, { outcome: done, changes: wrong }).broken, ['gicd.typer']);
});

test('big-endian data is refused where the VMM decodes the instruction', () => {
  const e0e = 1 << 24;
  assert.deepEqual(brokenBy({ sctlr: e0e }, abort(0x10, 0x5ffcn), false), []);
  assert.deepEqual(brokenBy({ sctlr: e0e }, done, true), ['access.byteOrder']);
});

test('what a CPU does without the VMM, and what the target cannot do, ends the case without a verdict', () => {
  const unjudged = (translates: boolean, step: Partial<MappedStep>) => {
    const trial = new ModelRun({ translates }).begin();
    trial.step({ ...straddle, ...step }, { outcome: { kind: 'again' } });
    assert.deepEqual(trial.broken, []);
    return trial.model.unpredictable;
  };
  const nothing = 'the VMM sees nothing of this access';
  assert.equal(unjudged(false, {}), nothing);
  assert.equal(unjudged(true, { first: 0n }), nothing);
  assert.equal(unjudged(true, { first: page(ram), second: page(ram + 0x1000n) }), nothing);
  assert.equal(unjudged(true, { tcr: 0n }), nothing, 'TxSZ 0');
  const elsewhere = {
    level: 2,
    second: (ram + 0x8_0000n) | 3n,
    address: 0x5f_fffcn,
    first: device | accessFlag | el0 | 1n,
  };
  assert.equal(unjudged(true, elsewhere), nothing, 'a table with what an earlier step left in RAM');
});

run();
