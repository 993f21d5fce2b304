// SPDX-License-Identifier: BSD-2-Clause
/** Steps around the life of an interrupt: made pending, enabled, taken, ended. */
import { systemRegisters } from '../../model/index.js';
import { gicc, gicd, gicr, type World } from './world.js';

/** A store that names one interrupt in a register with a bit for each. */
const poke = (world: World, register: number): void => world.poke(world.vcpu(), register, world.irq());

export function inject(world: World): void {
  const known = world.registered;
  const { vcpu, irq } =
    known.length > 0 && !world.chance(5) ? world.pick(known) : { vcpu: world.vcpu(), irq: world.irq() };
  if (world.channels.length > 0 && world.chance(35))
    world.add({ op: 'handle', channel: world.pick(world.channels) });
  else world.add({ op: 'inject', vcpu, irq });
}

export const enable = (world: World): void => poke(world, gicd.isenabler);
export const disable = (world: World): void => poke(world, gicd.icenabler);
export const setPending = (world: World): void => poke(world, gicd.ispendr);
export const clearPending = (world: World): void => poke(world, gicd.icpendr);
export const setActive = (world: World): void => poke(world, gicd.isactiver);
export const clearActive = (world: World): void => poke(world, gicd.icactiver);
export const setGroup = (world: World): void => poke(world, gicd.igroupr);

export const take = (world: World): void => world.add({ op: 'take', vcpu: world.vcpu() });
export const end = (world: World): void => world.add({ op: 'end', vcpu: world.vcpu() });
export const deactivate = (world: World): void => world.add({ op: 'deactivate', vcpu: world.vcpu() });

/** Takes and ends all that there is, and once more. */
export function drain(world: World): void {
  const vcpu = world.vcpu();
  for (let left = world.int(1, world.config.listRegisters + 2); left > 0; left -= 1) {
    world.add({ op: 'take', vcpu });
    world.add({ op: 'end', vcpu });
    if (world.chance(10)) world.add({ op: 'deactivate', vcpu });
  }
}

/** Disabled first, pending next, enabled at last. */
export function pendWhileDisabled(world: World): void {
  const { vcpu, irq } =
    world.registered.length > 0 ? world.pick(world.registered) : { vcpu: world.vcpu(), irq: world.irq() };
  const guest = world.vcpu();
  const owner = irq < 32 ? vcpu : guest;
  const store = (register: number) =>
    world.store(guest, world.wordAt(register, irq, owner), (1 << (irq & 31)) >>> 0);
  store(gicd.icenabler);
  if (world.chance(60)) world.add({ op: 'inject', vcpu, irq });
  else store(gicd.ispendr);
  if (world.chance(30)) world.add({ op: 'take', vcpu: guest });
  store(gicd.isenabler);
  world.add({ op: 'take', vcpu: guest });
}

/** More pending than there are list registers, by one store or one after the other. */
export function overflow(world: World): void {
  const vcpu = world.vcpu();
  const { intids } = world.config.implementation;
  const word = world.int(1, (intids >>> 5) - 1);
  const count = world.config.listRegisters + world.int(0, 4);
  let bits = 0;
  for (let left = count; left > 0; left -= 1) bits |= 1 << world.int(0, 31);
  for (let bit = 0; bit < 32; bit += 1) {
    if (((bits >>> bit) & 1) === 0) continue;
    if (world.chance(70)) world.store(vcpu, gicd.ipriorityr + word * 32 + bit, world.int(0, 31) << 3, 1);
    if (world.vcpus > 1) world.aim(vcpu, word * 32 + bit, 1 << vcpu);
    if (!world.pool.includes(word * 32 + bit)) world.pool.push(word * 32 + bit);
  }
  const first = world.chance(50) ? gicd.isenabler : gicd.ispendr;
  world.store(vcpu, first + word * 4, bits >>> 0);
  world.store(vcpu, (first === gicd.ispendr ? gicd.isenabler : gicd.ispendr) + word * 4, bits >>> 0);
  for (let left = world.int(0, count); left > 0; left -= 1) {
    world.add({ op: 'take', vcpu });
    if (world.chance(85)) world.add({ op: 'end', vcpu });
  }
}

export function changePriority(world: World): void {
  const irq = world.chance(85) ? world.irq() : world.int(0, 15);
  const value = world.chance(80) ? world.int(0, 31) << 3 : world.int(0, 255);
  const vcpu = world.vcpu();
  world.store(vcpu, world.byteAt(gicd.ipriorityr, irq, vcpu), value, 1);
}

export function changeTargets(world: World): void {
  world.aim(world.vcpu(), world.irq(), world.int(0, 255));
}

export function switchDistributor(world: World): void {
  world.store(world.vcpu(), gicd.ctlr, world.pick([0, 1, 1, 2, 3]));
}

/** Values for the registers of the CPU interface. */
const interfaceValues: readonly (readonly [offset: number, values: readonly number[]])[] = [
  [gicc.ctlr, [0, 1, 1, 3, 7, 0x201, 0x11]],
  [gicc.pmr, [0, 0x40, 0x80, 0xf0, 0xff, 0xff]],
  [gicc.bpr, [0, 1, 2, 3, 4, 5, 6, 7]],
  [gicc.abpr, [0, 1, 2, 3, 4, 5, 6, 7]],
];

export function changeInterface(world: World): void {
  const vcpu = world.vcpu();
  const [offset, values] = world.pick(interfaceValues);
  world.storeInterface(vcpu, offset, world.pick(values));
  if (world.chance(50)) world.loadInterface(vcpu, offset);
}

/** Both groups forwarded and enabled, some interrupts in group 1. */
export function openGroups(world: World): void {
  for (const vcpu of world.running) world.storeInterface(vcpu, gicc.ctlr, world.pick([3, 3, 7, 2]));
  world.store(world.vcpu(), gicd.ctlr, 3);
  for (const irq of world.pool) if (world.chance(50)) world.poke(world.vcpu(), gicd.igroupr, irq);
}

export function readInterface(world: World): void {
  world.loadInterface(
    world.vcpu(),
    world.pick([gicc.ctlr, gicc.pmr, gicc.bpr, gicc.rpr, gicc.rpr, gicc.abpr]),
  );
}

export function timer(world: World): void {
  const vcpu = world.vcpu();
  const intid = world.config.virtualTimer;
  const store = (register: number) =>
    world.store(vcpu, world.wordAt(register, intid, vcpu), (1 << (intid & 31)) >>> 0);
  if (world.chance(40)) store(world.pick([gicd.isenabler, gicd.isenabler, gicd.icenabler]));
  const stays = world.chance(40);
  world.add(stays ? { op: 'line', vcpu, high: true } : { op: 'timer', vcpu });
  if (stays && world.chance(30)) world.load(vcpu, world.wordAt(gicd.ispendr, intid, vcpu));
  if (world.chance(10)) store(gicd.ispendr);
  if (stays && world.chance(40)) world.add({ op: 'line', vcpu, high: false });
  if (world.chance(20)) world.load(vcpu, world.wordAt(gicd.ispendr, intid, vcpu));
  if (world.chance(20)) store(gicd.icpendr);
  if (world.chance(70)) world.add({ op: 'take', vcpu });
  if (world.chance(70)) world.add({ op: 'end', vcpu });
}

/** Software generated interrupts, as the architecture's version has them. */
export const sgi = (world: World): void => (world.config.gic === 3 ? sgiBySystem : sgiByDistributor)(world);

/** By GICD_SGIR and by the pending registers. */
function sgiByDistributor(world: World): void {
  const vcpu = world.vcpu();
  const id = world.pick([0, 1, 2, 7, 8, 14, 15]);
  const kind = world.int(0, 9);
  const mask = world.int(0, (1 << world.vcpus) - 1);
  if (kind < 7) {
    const filter = world.pick([0, 0, 0, 1, 2]);
    world.store(vcpu, gicd.sgir, ((filter << 24) | (world.pick([mask, mask, 0xff]) << 16) | id) >>> 0);
  } else if (kind < 9) world.store(vcpu, gicd.spendsgir + id, mask, 1);
  else world.store(vcpu, gicd.cpendsgir + id, world.pick([mask, 0xff]), 1);
  if (world.chance(30)) world.load(vcpu, gicd.spendsgir + (id & ~3));
}

/** By ICC_SGI1R_EL1 and its like, and by the redistributors' pending registers. */
function sgiBySystem(world: World): void {
  const vcpu = world.vcpu();
  const intid = world.pick([0, 1, 2, 7, 8, 14, 15]);
  if (world.chance(20)) {
    const register = world.pick([gicd.ispendr, gicd.ispendr, gicd.icpendr]);
    const owner = world.int(0, world.vcpus - 1);
    world.store(vcpu, world.wordAt(register, intid, owner), 1 << intid);
    return;
  }
  if (world.chance(12)) world.poke(vcpu, gicd.igroupr, intid);
  const mask = world.int(0, (1 << world.vcpus) - 1);
  const targets = BigInt(world.pick([mask, mask, mask, 0xffff, 0x8000]));
  const others = world.chance(25) ? 1n << 40n : 0n;
  // Affinity levels 1 to 3.
  const elsewhere = world.chance(10) ? 1n << world.pick([16n, 32n, 48n]) : 0n;
  const { sgi0r, sgi1r, asgi1r } = systemRegisters;
  const register = world.pick([sgi1r, sgi1r, sgi1r, sgi0r, sgi0r, asgi1r]);
  world.system(vcpu, register, true, (BigInt(intid) << 24n) | targets | others | elsewhere);
}

/** A redistributor of a GICv3 is put to sleep, or woken. */
export function sleep(world: World): void {
  if (world.config.gic !== 3) return;
  const vcpu = world.vcpu();
  const at = world.redistributorAt(world.ownerFor(vcpu)) + gicr.waker;
  world.store(vcpu, at, world.pick([0, 2]));
  if (world.chance(50)) world.load(vcpu, at);
  if (world.chance(60)) {
    if (world.chance(70)) setPending(world);
    if (world.chance(50)) take(world);
    world.store(vcpu, at, 0);
  }
}
