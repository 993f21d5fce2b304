// SPDX-License-Identifier: BSD-2-Clause
/** Steps around the life of an interrupt: made pending, enabled, taken, ended. */
import { gicc, gicd, type World } from './world.js';

const wordOffset = (irq: number): number => (irq >>> 5) * 4;
const bitOf = (irq: number): number => (1 << (irq & 31)) >>> 0;

/** A store that names one interrupt in a register with a bit for each. */
function poke(world: World, register: number): void {
  const irq = world.irq();
  world.store(world.vcpu(), register + wordOffset(irq), bitOf(irq));
}

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
  world.store(guest, gicd.icenabler + wordOffset(irq), bitOf(irq));
  if (world.chance(60)) world.add({ op: 'inject', vcpu, irq });
  else world.store(guest, gicd.ispendr + wordOffset(irq), bitOf(irq));
  if (world.chance(30)) world.add({ op: 'take', vcpu: guest });
  world.store(guest, gicd.isenabler + wordOffset(irq), bitOf(irq));
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
    if (world.vcpus > 1) world.store(vcpu, gicd.itargetsr + word * 32 + bit, 1 << vcpu, 1);
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
  world.store(world.vcpu(), gicd.ipriorityr + irq, value, 1);
}

export function changeTargets(world: World): void {
  const irq = world.irq();
  if (irq >= 32) world.store(world.vcpu(), gicd.itargetsr + irq, world.int(0, 255), 1);
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
  for (const irq of world.pool)
    if (world.chance(50)) world.store(world.vcpu(), gicd.igroupr + wordOffset(irq), bitOf(irq));
}

export function readInterface(world: World): void {
  world.loadInterface(
    world.vcpu(),
    world.pick([gicc.ctlr, gicc.pmr, gicc.bpr, gicc.rpr, gicc.rpr, gicc.abpr]),
  );
}

export function timer(world: World): void {
  const vcpu = world.vcpu();
  const bit = bitOf(world.config.virtualTimer);
  if (world.chance(40)) world.store(vcpu, world.pick([gicd.isenabler, gicd.isenabler, gicd.icenabler]), bit);
  world.add({ op: 'timer', vcpu });
  if (world.chance(20)) world.store(vcpu, gicd.icpendr, bit);
  if (world.chance(70)) world.add({ op: 'take', vcpu });
  if (world.chance(70)) world.add({ op: 'end', vcpu });
}

/** Software generated interrupts, by GICD_SGIR and by the pending registers. */
export function sgi(world: World): void {
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
