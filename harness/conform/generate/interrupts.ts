// SPDX-License-Identifier: BSD-2-Clause
/** Steps in the life of an interrupt: it is made pending, enabled, taken, ended. */
import { systemRegisters } from '../../model/index.js';
import { type CaseBuilder, gicc, gicd, gicr } from './case-builder.js';

/** A store of one interrupt's bit to a register with a bit for each interrupt. */
const poke = (builder: CaseBuilder, register: number): void =>
  builder.poke(builder.vcpu(), register, builder.irq());

export function inject(builder: CaseBuilder): void {
  const known = builder.registered;
  const { vcpu, irq } =
    known.length > 0 && !builder.chance(5)
      ? builder.pick(known)
      : { vcpu: builder.vcpu(), irq: builder.irq() };
  if (builder.channels.length > 0 && builder.chance(35))
    builder.add({ op: 'handle', channel: builder.pick(builder.channels) });
  else builder.add({ op: 'inject', vcpu, irq });
}

export const enable = (builder: CaseBuilder): void => poke(builder, gicd.isenabler);
export const disable = (builder: CaseBuilder): void => poke(builder, gicd.icenabler);
export const setPending = (builder: CaseBuilder): void => poke(builder, gicd.ispendr);
export const clearPending = (builder: CaseBuilder): void => poke(builder, gicd.icpendr);
export const setActive = (builder: CaseBuilder): void => poke(builder, gicd.isactiver);
export const clearActive = (builder: CaseBuilder): void => poke(builder, gicd.icactiver);
export const setGroup = (builder: CaseBuilder): void => poke(builder, gicd.igroupr);

export const take = (builder: CaseBuilder): void => builder.add({ op: 'take', vcpu: builder.vcpu() });
export const end = (builder: CaseBuilder): void => builder.add({ op: 'end', vcpu: builder.vcpu() });
export const deactivate = (builder: CaseBuilder): void =>
  builder.add({ op: 'deactivate', vcpu: builder.vcpu() });

/** Takes and ends interrupts, up to two more times than there are list registers. */
export function drain(builder: CaseBuilder): void {
  const vcpu = builder.vcpu();
  for (let left = builder.int(1, builder.config.listRegisters + 2); left > 0; left -= 1) {
    builder.add({ op: 'take', vcpu });
    builder.add({ op: 'end', vcpu });
    if (builder.chance(10)) builder.add({ op: 'deactivate', vcpu });
  }
}

/** Disables an interrupt, makes it pending, then enables it. */
export function pendWhileDisabled(builder: CaseBuilder): void {
  const { vcpu, irq } =
    builder.registered.length > 0
      ? builder.pick(builder.registered)
      : { vcpu: builder.vcpu(), irq: builder.irq() };
  const guest = builder.vcpu();
  const owner = irq < 32 ? vcpu : guest;
  const store = (register: number) =>
    builder.store(guest, builder.wordAt(register, irq, owner), (1 << (irq & 31)) >>> 0);
  store(gicd.icenabler);
  if (builder.chance(60)) builder.add({ op: 'inject', vcpu, irq });
  else store(gicd.ispendr);
  if (builder.chance(30)) builder.add({ op: 'take', vcpu: guest });
  store(gicd.isenabler);
  builder.add({ op: 'take', vcpu: guest });
}

/** Makes at least as many interrupts pending as there are list registers, and enables them. */
export function overflow(builder: CaseBuilder): void {
  const vcpu = builder.vcpu();
  const { intids } = builder.config.implementation;
  if (intids < 64) return; // no SPIs
  const word = builder.int(1, (intids >>> 5) - 1);
  const count = builder.config.listRegisters + builder.int(0, 4);
  let bits = 0;
  for (let left = count; left > 0; left -= 1) bits |= 1 << builder.int(0, 31);
  for (let bit = 0; bit < 32; bit += 1) {
    if (((bits >>> bit) & 1) === 0) continue;
    if (builder.chance(70))
      builder.store(vcpu, gicd.ipriorityr + word * 32 + bit, builder.int(0, 31) << 3, 1);
    if (builder.vcpus > 1) builder.aim(vcpu, word * 32 + bit, 1 << vcpu);
    if (!builder.pool.includes(word * 32 + bit)) builder.pool.push(word * 32 + bit);
  }
  const first = builder.chance(50) ? gicd.isenabler : gicd.ispendr;
  builder.store(vcpu, first + word * 4, bits >>> 0);
  builder.store(vcpu, (first === gicd.ispendr ? gicd.isenabler : gicd.ispendr) + word * 4, bits >>> 0);
  for (let left = builder.int(0, count); left > 0; left -= 1) {
    builder.add({ op: 'take', vcpu });
    if (builder.chance(85)) builder.add({ op: 'end', vcpu });
  }
}

export function changePriority(builder: CaseBuilder): void {
  const irq = builder.chance(85) ? builder.irq() : builder.int(0, 15);
  const value = builder.chance(80) ? builder.int(0, 31) << 3 : builder.int(0, 255);
  const vcpu = builder.vcpu();
  builder.store(vcpu, builder.byteAt(gicd.ipriorityr, irq, vcpu), value, 1);
}

export function changeTargets(builder: CaseBuilder): void {
  builder.aim(builder.vcpu(), builder.irq(), builder.int(0, 255));
}

export function switchDistributor(builder: CaseBuilder): void {
  builder.store(builder.vcpu(), gicd.ctlr, builder.pick([0, 1, 1, 2, 3]));
}

/** Values for the registers of the CPU interface. */
const interfaceValues: readonly (readonly [offset: number, values: readonly number[]])[] = [
  [gicc.ctlr, [0, 1, 1, 3, 7, 0x201, 0x11]],
  [gicc.pmr, [0, 0x40, 0x80, 0xf0, 0xff, 0xff]],
  [gicc.bpr, [0, 1, 2, 3, 4, 5, 6, 7]],
  [gicc.abpr, [0, 1, 2, 3, 4, 5, 6, 7]],
];

export function changeInterface(builder: CaseBuilder): void {
  const vcpu = builder.vcpu();
  const [offset, values] = builder.pick(interfaceValues);
  builder.storeInterface(vcpu, offset, builder.pick(values));
  if (builder.chance(50)) builder.loadInterface(vcpu, offset);
}

/** Enables both groups in distributor and CPU interface, and puts some interrupts into group 1. */
export function openGroups(builder: CaseBuilder): void {
  for (const vcpu of builder.running) builder.storeInterface(vcpu, gicc.ctlr, builder.pick([3, 3, 7, 2]));
  builder.store(builder.vcpu(), gicd.ctlr, 3);
  for (const irq of builder.pool) if (builder.chance(50)) builder.poke(builder.vcpu(), gicd.igroupr, irq);
}

export function readInterface(builder: CaseBuilder): void {
  builder.loadInterface(
    builder.vcpu(),
    builder.pick([gicc.ctlr, gicc.pmr, gicc.bpr, gicc.rpr, gicc.rpr, gicc.abpr]),
  );
}

export function timer(builder: CaseBuilder): void {
  const vcpu = builder.vcpu();
  const intid = builder.config.virtualTimer;
  const store = (register: number) =>
    builder.store(vcpu, builder.wordAt(register, intid, vcpu), (1 << (intid & 31)) >>> 0);
  if (builder.chance(40)) store(builder.pick([gicd.isenabler, gicd.isenabler, gicd.icenabler]));
  const stays = builder.chance(40);
  builder.add(stays ? { op: 'line', vcpu, high: true } : { op: 'timer', vcpu });
  if (stays && builder.chance(30)) builder.load(vcpu, builder.wordAt(gicd.ispendr, intid, vcpu));
  if (builder.chance(10)) store(gicd.ispendr);
  if (stays && builder.chance(40)) builder.add({ op: 'line', vcpu, high: false });
  if (builder.chance(20)) builder.load(vcpu, builder.wordAt(gicd.ispendr, intid, vcpu));
  if (builder.chance(20)) store(gicd.icpendr);
  if (builder.chance(70)) builder.add({ op: 'take', vcpu });
  if (builder.chance(70)) builder.add({ op: 'end', vcpu });
}

/** Software generated interrupts of the configured GIC version. */
export const sgi = (builder: CaseBuilder): void =>
  (builder.config.gic === 3 ? sgiBySystem : sgiByDistributor)(builder);

/** SGIs by GICD_SGIR and by the pending registers. */
function sgiByDistributor(builder: CaseBuilder): void {
  const vcpu = builder.vcpu();
  const id = builder.pick([0, 1, 2, 7, 8, 14, 15]);
  const kind = builder.int(0, 9);
  const mask = builder.int(0, (1 << builder.vcpus) - 1);
  if (kind < 7) {
    const filter = builder.pick([0, 0, 0, 1, 2]);
    builder.store(vcpu, gicd.sgir, ((filter << 24) | (builder.pick([mask, mask, 0xff]) << 16) | id) >>> 0);
  } else if (kind < 9) builder.store(vcpu, gicd.spendsgir + id, mask, 1);
  else builder.store(vcpu, gicd.cpendsgir + id, builder.pick([mask, 0xff]), 1);
  if (builder.chance(30)) builder.load(vcpu, gicd.spendsgir + (id & ~3));
}

/** SGIs by ICC_SGI1R_EL1, ICC_SGI0R_EL1 and ICC_ASGI1R_EL1, and by the pending registers of the redistributors. */
function sgiBySystem(builder: CaseBuilder): void {
  const vcpu = builder.vcpu();
  const intid = builder.pick([0, 1, 2, 7, 8, 14, 15]);
  if (builder.chance(20)) {
    const register = builder.pick([gicd.ispendr, gicd.ispendr, gicd.icpendr]);
    const owner = builder.int(0, builder.vcpus - 1);
    builder.store(vcpu, builder.wordAt(register, intid, owner), 1 << intid);
    return;
  }
  if (builder.chance(12)) builder.poke(vcpu, gicd.igroupr, intid);
  const mask = builder.int(0, (1 << builder.vcpus) - 1);
  const targets = BigInt(builder.pick([mask, mask, mask, 0xffff, 0x8000]));
  const others = builder.chance(25) ? 1n << 40n : 0n;
  // Affinity levels 1 to 3.
  const elsewhere = builder.chance(10) ? 1n << builder.pick([16n, 32n, 48n]) : 0n;
  const { sgi0r, sgi1r, asgi1r } = systemRegisters;
  const register = builder.pick([sgi1r, sgi1r, sgi1r, sgi0r, sgi0r, asgi1r]);
  builder.system(vcpu, register, true, (BigInt(intid) << 24n) | targets | others | elsewhere);
}

/** Puts a redistributor (GICv3) to sleep, or wakes it. */
export function sleep(builder: CaseBuilder): void {
  if (builder.config.gic !== 3) return;
  const vcpu = builder.vcpu();
  const at = builder.redistributorAt(builder.ownerFor(vcpu)) + gicr.waker;
  builder.store(vcpu, at, builder.pick([0, 2]));
  if (builder.chance(50)) builder.load(vcpu, at);
  if (builder.chance(60)) {
    if (builder.chance(70)) setPending(builder);
    if (builder.chance(50)) take(builder);
    builder.store(vcpu, at, 0);
  }
}
