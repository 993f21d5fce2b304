// SPDX-License-Identifier: BSD-2-Clause
/** Delivery from the virtual GICv3 to the list registers, and SGIs by system registers (IHI 0069, 4 and 12.2). */
import * as assert from 'uvu/assert';
import { run, test } from '../../support/test.js';
import { distributor, loads, on, rdBase, read, sgi, sgiBase, start, values, wake, write } from './gicv3.js';
import { ask, hex } from './subject.js';

const allAwake = (vcpus: number) => [
  start(vcpus),
  on,
  ...Array.from({ length: vcpus }, (_, vcpu) => wake(vcpu)).flat(),
];
/** SPI 33 enabled in group 1. */
const spi = [write(distributor + 0x84, 2), write(distributor + 0x104, 2)];
const pend = write(distributor + 0x204, 2);
const router = distributor + 0x6000 + 8 * 33;

const intid = (value: number) => BigInt(value) << 24n;
const irm = 1n << 40n;

test('an SPI goes to the CPU of its affinity, or nowhere if none has it', () => {
  assert.is(loads(...allAwake(4), ...spi, pend), '0:0=33,0,1');
  assert.is(loads(...allAwake(4), ...spi, write(router, 2), pend), '2:0=33,0,1');
  assert.is(loads(...allAwake(4), ...spi, write(router, 0x100), pend), '');
  assert.is(loads(...allAwake(1), ...spi, write(router, 1), pend), '');
  assert.is(loads(...allAwake(4), ...spi, write(router, 4), pend, write(router, 3)), '3:0=33,0,1');
});

test('a doubleword write that gives an SPI a target does not deliver it to another CPU in between', () => {
  const away = write(router, 0x1_0000_0001n, 0, 8);
  assert.is(loads(...allAwake(4), ...spi, away, pend, write(router, 2n, 0, 8)), '2:0=33,0,1');
});

test('an interrupt is forwarded when its group is enabled, and loaded with its group', () => {
  const setup = [start(1), ...wake(0), write(distributor + 0x104, 2), pend];
  assert.is(loads(...setup, write(distributor, 2)), '');
  assert.is(loads(...setup, write(distributor, 1)), '0:0=33,0,0');
  assert.is(loads(...setup, write(distributor + 0x84, 2), write(distributor, 1)), '');
  assert.is(loads(...setup, write(distributor + 0x84, 2), write(distributor, 2)), '0:0=33,0,1');
});

test('a redistributor is awake, as firmware leaves it; SPIs are forwarded without a write of GICR_WAKER', () => {
  assert.equal(values(start(2), read(rdBase(0) + 0x14), read(rdBase(1) + 0x14)), [0, 0]);
  assert.is(loads(start(2), on, ...spi, pend), '0:0=33,0,1');
});

test('nothing is forwarded to a CPU whose redistributor sleeps; pending interrupts are delivered when it wakes', () => {
  const setup = [start(2), on, write(rdBase(0) + 0x14, 2), ...spi, pend];
  assert.is(loads(...setup), '');
  assert.is(loads(...setup, write(rdBase(1) + 0x14, 0)), '');
  assert.is(loads(...setup, write(rdBase(0) + 0x14, 0)), '0:0=33,0,1');
  assert.is(loads(...allAwake(1), ...spi, write(rdBase(0) + 0x14, 2), pend), '');
  const asleep = [...allAwake(2), write(rdBase(1) + 0x14, 2)];
  assert.is(loads(...asleep, sgi(0, intid(3) | 3n)), '0:0=3,0,1');
  assert.is(loads(...asleep, sgi(0, intid(3) | 3n), write(rdBase(1) + 0x14, 0)), '1:0=3,0,1');
});

test('an injected interrupt goes to the affinity that the guest has set, and waits while no CPU has it', () => {
  const inject = (vcpu: number) => `inject ${vcpu} ${hex(33)}`;
  const registered = (vcpus: number, vcpu: number) => [
    ...allAwake(vcpus),
    inject(vcpu), // not enabled yet
    write(distributor + 0x284, 2),
    ...spi,
  ];
  assert.is(loads(...registered(2, 1), inject(1)), 'true 1:0=33,0,1');
  assert.is(loads(...registered(2, 1), write(router, 0), inject(1)), 'true 0:0=33,0,1');
  assert.is(loads(...registered(1, 0), write(router, 1), inject(0)), 'true ');
  assert.is(loads(...registered(1, 0), write(router, 1), inject(0), write(router, 0)), '0:0=33,0,1');
});

test('private interrupts are enabled, made pending and cleared only by the redistributor', () => {
  const setup = [start(2), on, write(rdBase(1) + 0x14, 0), write(sgiBase(1) + 0x100, 0x0800_0002)];
  assert.is(loads(...setup, write(sgiBase(1) + 0x200, 0x0800_0002)), '1:0=1,0,0 1:1=27,0,0');
  assert.is(loads(...setup, write(sgiBase(1) + 0x200, 4)), '');
  assert.is(loads(...setup, write(distributor + 0x200, 0x0800_0002, 1)), '');
  const back = [write(sgiBase(1) + 0x200, 4), write(sgiBase(1) + 0x280, 4), write(sgiBase(1) + 0x100, 4)];
  assert.is(loads(...setup, ...back), '');
});

test('an SGI goes to those CPUs of the affinity that the list names', () => {
  assert.is(loads(...allAwake(4), sgi(1, intid(3) | 0b1010n)), '1:0=3,0,1 3:0=3,0,1');
  assert.is(loads(...allAwake(2), sgi(1, intid(4) | 0xffffn)), '0:0=4,0,1 1:0=4,0,1');
  for (const elsewhere of [1n << 16n, 1n << 32n, 1n << 48n]) {
    assert.is(loads(...allAwake(4), sgi(1, intid(3) | elsewhere | 0xfn)), '', hex(elsewhere));
  }
  assert.is(loads(...allAwake(4), sgi(1, intid(3) | (1n << 44n) | 1n)), '0:0=3,0,1', 'RS is reserved');
});

test('an SGI to all goes to all except the sender, whatever the list', () => {
  assert.is(loads(...allAwake(3), sgi(1, intid(15) | irm | (5n << 16n))), '0:0=15,0,1 2:0=15,0,1');
});

test('an SGI reaches only a CPU that has it in the group of the register', () => {
  const setup = [...allAwake(2), write(sgiBase(1) + 0x80, 0xffff_fff7)];
  assert.is(loads(...setup, sgi(0, intid(3) | 3n)), '0:0=3,0,1');
  assert.is(loads(...setup, sgi(0, intid(3) | 3n, 0)), '1:0=3,0,0');
});

test('an SGI that is pending already stays pending once', () => {
  const twice = [sgi(0, intid(3) | 2n), sgi(1, intid(3) | 2n)];
  const group = write(sgiBase(1) + 0x80, 8);
  const setup = [start(2), on, group, ...twice, read(sgiBase(1) + 0x200), ...wake(1)];
  assert.equal(values(...setup), [8]);
  assert.is(loads(...setup), '1:0=3,0,1');
  assert.is(loads(...setup, 'end 1 0'), '');
});

/** The syndrome of a trapped MSR (direction 0) or MRS of S3_0_C12_C<crm>_<op2>. */
const esr = (crm: number, op2: number, rt: number, direction = 0) =>
  hex((0x18 << 26) | (1 << 25) | (3 << 20) | (op2 << 17) | (12 << 10) | (rt << 5) | (crm << 1) | direction);

test('a trapped write of an SGI register sends the SGI, and the guest continues after it', () => {
  const trap = (...args: [number, number, number?]) =>
    loads(
      ...allAwake(1),
      `gpr 2 ${hex(intid(7) | 1n)}`,
      `gpr 1d ${hex(intid(9) | 1n)}`,
      `trap ${esr(11, ...args)}`,
    );
  assert.is(trap(5, 2), 'hold next 0:0=7,0,1');
  assert.is(trap(5, 29), 'hold next 0:0=9,0,1');
  assert.is(trap(5, 31), 'resume next', 'zero: no target');
  assert.is(trap(6, 2), 'resume next', 'ICC_ASGI1R_EL1: group 0');
  assert.is(trap(7, 2), 'resume next', 'ICC_SGI0R_EL1: group 0');
  assert.is(trap(5, 2, 1), 'resume', 'it cannot be read');
  assert.is(trap(4, 2), 'resume', 'ICC_PMR and others are not for the VMM');
});

test('a trapped ICC_SRE_EL1 reads as system registers only', () => {
  assert.is(loads(start(1), `trap ${esr(12, 5, 4, 1)}`), 'resume next x4=7');
  assert.is(loads(start(1), `trap ${esr(12, 5, 31, 1)}`), 'resume next');
  assert.is(loads(start(1), 'gpr 4 0', `trap ${esr(12, 5, 4)}`), 'resume next');
});

test('with a GICv2 the registers of a GICv3 are undefined', () => {
  const [, , answer] = ask(['start 1 0', 'gpr 2 1000001', `trap ${esr(11, 5, 2)}`]);
  assert.is(answer, 'resume');
});

test('an SPI that nobody is to get goes to the vCPU to which it is routed, whatever its INTID', () => {
  const intids = Array.from({ length: 288 - 32 }, (_, n) => n + 32);
  const lines = intids.flatMap((number) => {
    const bit = (1 << (number & 31)) >>> 0;
    const at = (register: number) => distributor + register + (number >> 5) * 4;
    const place = distributor + 0x6000 + number * 8;
    const pending = [
      write(at(0x080), bit),
      write(place, 0x100, 0, 8),
      write(at(0x100), bit),
      write(at(0x200), bit),
    ];
    return [start(2), on, ...pending, write(place, 1, 0, 8)];
  });
  const answers = ask(lines);
  const each = lines.length / intids.length;
  for (const [index, number] of intids.entries())
    assert.equal(answers.slice(index * each + 2, (index + 1) * each), ['', '', '', '', `1:0=${number},0,1`]);
});

run();
