// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict';
import {
  bigEndian,
  defaultConfig,
  distributorV2,
  distributorV3,
  forms,
  placeName,
  plain,
  redistributor,
} from '../../../harness/model/index.js';
import { run, test } from '../../support/test.js';
import { access, gicd, ModelRun } from './model-run.js';

const begun = (vcpus = 1) => new ModelRun({ vcpus }).begin();

test('registers are in order and do not overlap', () => {
  for (const { registers, size } of [distributorV2, distributorV3, redistributor]) {
    const ends = registers.map(({ first, last }) => [first, last] as const);
    for (const [index, [first, last]] of ends.entries()) {
      assert.ok(first % 4 === 0 && last % 4 === 3 && first < last && last < size);
      assert.ok(first > (ends[index - 1]?.[1] ?? -1));
    }
  }
});

test('a register is named with its index', () => {
  const name = (offset: number) => placeName(defaultConfig, defaultConfig.distributor.base + offset);
  assert.equal(name(0x000), 'GICD_CTLR');
  assert.equal(name(0x104), 'GICD_ISENABLER1');
  assert.equal(name(0x82d), 'GICD_ITARGETSR11+1');
  assert.equal(name(0x00c), 'GICD+0x00c');
  assert.equal(name(0x1000), undefined);
});

test('enabling one interrupt enables no other, and writing 0 has no effect', () => {
  const trial = begun()
    .store(gicd + 0x104n, 0x10)
    .store(gicd + 0x104n, 0x01)
    .load(gicd + 0x184n, 0x11);
  assert.deepEqual(trial.load(gicd + 0x104n, 0x11).broken, []);
  assert.deepEqual(
    begun()
      .store(gicd + 0x104n, 0x10)
      .load(gicd + 0x104n, 0).broken,
    ['gicd.isenabler'],
  );
});

test('each kind of wrong bit has its rule', () => {
  const wrong = (offset: bigint, value: number) => begun().load(gicd + offset, value).broken;
  assert.deepEqual(wrong(0x004n, 0xff), ['gicd.typer']);
  assert.deepEqual(wrong(0x100n, 0), ['gicd.sgiEnables']);
  assert.deepEqual(wrong(0x17cn, 1), ['gicd.absent']);
  assert.deepEqual(wrong(0xc00n, 0), ['gicd.sgiTriggers']);
  assert.deepEqual(wrong(0x800n, 0x0101_0101), ['gicd.targetsOne']);
  assert.deepEqual(wrong(0x00cn, 1), ['gicd.reserved']);
  assert.deepEqual(wrong(0xfe8n, 0x10), ['gicd.identification']);
});

test('priorities keep the implemented bits', () => {
  const written = begun().store(gicd + 0x420n, 0xffff_ffff);
  assert.deepEqual(written.load(gicd + 0x420n, 0xf8f8_f8f8).broken, []);
  assert.deepEqual(
    begun()
      .store(gicd + 0x420n, 0xff)
      .load(gicd + 0x420n, 0xff).broken,
    ['gicd.priorityBits'],
  );
});

test('registers of private interrupts are banked', () => {
  const two = () => {
    const trial = begun(2);
    const on = { op: 'smc', vcpu: 0, x0: 0x8400_0003n, x1: 1n, x2: 0x4000_0000n, x3: 0n } as const;
    const start = {
      kind: 'start',
      vcpu: 1,
      pc: 0x4000_0000n,
      x0: 0n,
      clean: true,
      pstate: 0x3c5,
      sctlr: 0n,
    } as const;
    return trial
      .step(on, { changes: [{ number: 0, value: 0n }], events: [start] })
      .store(gicd + 0x100n, 1 << 20);
  };
  assert.deepEqual(two().load(gicd + 0x100n, 0xffff, 1).broken, []);
  assert.deepEqual(two().load(gicd + 0x100n, 0x10_ffff, 1).broken, ['gicd.isenabler']);
  assert.deepEqual(two().load(gicd + 0x800n, 0x0202_0202, 1).broken, []);
});

test('pending bits of interrupts in list registers are open, all others are exact', () => {
  const trial = begun()
    .open()
    .store(gicd + 0x104n, 0x3)
    .store(gicd + 0x204n, 0x3, 0, {
      kind: 'load',
      vcpu: 0,
      index: 0,
      intid: 32,
      priority: 0,
      group: 0,
      accepted: true,
    });
  assert.deepEqual(trial.load(gicd + 0x204n, 0x3).load(gicd + 0x204n, 0x2).broken, []);
  assert.deepEqual(trial.load(gicd + 0x204n, 0x1).broken, ['gicd.ispendr']);
});

test('loads are extended as the instruction requires', () => {
  const signed = forms.findIndex(
    ({ signed, bytes, wide, syndrome }) => signed && bytes === 1 && wide && syndrome,
  );
  const trial = () => begun().store(gicd + 0x420n, 0x80);
  const seen = (value: bigint) => ({ changes: [{ number: 2, value }] });
  const load = access(signed, gicd + 0x420n, 1n);
  assert.deepEqual(trial().step(load, seen(0xffff_ffff_ffff_ff80n)).broken, []);
  assert.deepEqual(trial().step(load, seen(0x80n)).broken, ['access.signExtend']);
  const byte = access(plain.load[1], gicd + 0x420n, 1n);
  assert.deepEqual(trial().step(byte, seen(0x180n)).broken, ['access.zeroExtend']);
});

test('write-back, other registers and the zero register are judged', () => {
  const post = forms.findIndex(
    ({ index, load, bytes, pair }) => index === 'post' && load && bytes === 4 && !pair,
  );
  const load = access(post, gicd + 0x420n, 1n);
  const [data, base] = [
    { number: 2, value: 0n },
    { number: 1, value: gicd + 0x424n },
  ];
  assert.deepEqual(begun().step(load, { changes: [data, base] }).broken, []);
  assert.deepEqual(begun().step(load, { changes: [data] }).broken, ['access.writeBack']);
  const other = { number: 9, value: 1n };
  assert.deepEqual(begun().step(load, { changes: [data, base, other] }).broken, ['access.register']);
});

test('an access without memory or device is an external abort in the guest', () => {
  const nowhere = access(plain.load[4], 0x1000n, 0n);
  const abort = { vector: 0x200, esr: 0x9600_0010, far: 0x1000n, elr: 0n, spsr: 0x3c5 };
  const right = begun().step(nowhere, { outcome: { kind: 'exception', ...abort } });
  assert.deepEqual(right.broken, []);
  assert.deepEqual(begun().step(nowhere).broken, ['access.abort']);
  const lower = { ...abort, esr: 0x9200_0010 };
  assert.deepEqual(begun().step(nowhere, { outcome: { kind: 'exception', ...lower } }).broken, [
    'access.abort',
  ]);
});

test('a VMM takes the data of a store as little-endian, and refuses what it has to decode', () => {
  const store = { ...access(plain.store[4], gicd + 0x104n, 0xffn), state: bigEndian };
  assert.deepEqual(
    begun()
      .step(store)
      .load(gicd + 0x104n, 0xff).broken,
    [],
  );
  const refused = { kind: 'exception', vector: 0x200, esr: 0x9600_0050, elr: 0n, spsr: 0x3c5 } as const;
  const outcome = { ...refused, far: gicd + 0x104n };
  assert.deepEqual(begun().step(store, { outcome }).broken, ['access.byteOrder']);
  const pair = forms.findIndex((form) => form.pair && !form.load && form.index === 'none');
  const decoded = { ...access(pair, gicd + 0x104n, 0xffn), state: bigEndian };
  assert.deepEqual(begun().step(decoded, { outcome }).broken, []);
  assert.deepEqual(begun().step(decoded).broken, ['access.byteOrder']);
});

test('a bare machine reverses the bytes of big-endian data', () => {
  const bare = () => new ModelRun({ witness: 'bare' }).begin();
  const store = { ...access(plain.store[4], gicd + 0x104n, 0x01ff_0000n), state: bigEndian };
  assert.deepEqual(
    bare()
      .step(store)
      .load(gicd + 0x104n, 0xff01).broken,
    [],
  );
  assert.deepEqual(
    bare()
      .step(store)
      .load(gicd + 0x104n, 0x01ff_0000).broken,
    ['gicd.isenabler'],
  );
});

test('a machine with fewer interrupts has fewer registers', () => {
  const { implementation } = defaultConfig;
  const small = new ModelRun({ implementation: { ...implementation, intids: 64 } }).begin();
  assert.deepEqual(small.store(gicd + 0x108n, 1).load(gicd + 0x108n, 0).broken, []);
});

run();
