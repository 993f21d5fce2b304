// SPDX-License-Identifier: BSD-2-Clause
/** How cases begin: which interrupts they are about, what the VMM and the guest have set up. */
import { psciFunctions } from '../../model/index.js';
import { gicc, gicd, gicr, type World } from './world.js';

/** The edges of words, banks and of the distributor. */
function edges(world: World): number[] {
  const { intids } = world.config.implementation;
  return [
    16,
    30,
    31,
    32,
    33,
    47,
    48,
    63,
    64,
    95,
    96,
    127,
    128,
    255,
    intids - 33,
    intids - 32,
    intids - 2,
    intids - 1,
  ];
}

/** Fills the pool: a few neighbours, or a few from the edges. */
export function choosePool(world: World): void {
  const { intids } = world.config.implementation;
  const size = world.int(1, world.chance(25) ? 12 : 5);
  const wanted = (irq: number) =>
    irq >= 16 && irq < intids && irq !== world.config.virtualTimer && !world.pool.includes(irq);
  const near = world.int(28, intids - 1);
  for (let tries = 0; tries < size * 3 && world.pool.length < size; tries += 1) {
    const irq = world.chance(50) ? world.pick(edges(world)) : near + world.int(0, 7);
    if (wanted(irq)) world.pool.push(irq);
  }
  if (world.pool.length === 0) world.pool.push(45);
}

/** virq_controller_init and the registrations. */
export function initialise(world: World): void {
  world.add({ op: 'init', cpu: 0 });
  world.initialised = true;
  for (const irq of world.pool) {
    const vcpu = irq < 32 || world.chance(20) ? world.int(0, world.vcpus - 1) : 0;
    if (!world.chance(15)) world.register(vcpu, irq);
  }
}

/** guest_start, and CPU_ON of the other vCPUs. */
export function start(world: World): void {
  const { base } = world.config.ram;
  world.add({ op: 'start', vcpu: 0, pc: BigInt(base + 0x8_0000), dtb: BigInt(base + 0x10_0000), initrd: 0n });
  world.running.add(0);
  for (let vcpu = 1; vcpu < world.vcpus; vcpu += 1) {
    if (world.chance(10)) continue;
    const x0 = BigInt(psciFunctions.cpuOn) | (world.chance(50) ? 0x4000_0000n : 0n);
    world.add({
      op: 'smc',
      vcpu: 0,
      x0,
      x1: BigInt(vcpu),
      x2: world.entry(),
      x3: BigInt(world.int(0, 0xffff)),
    });
    world.running.add(vcpu);
  }
}

/** What of the interrupt controller is a vCPU's own. */
export function openVcpu(world: World, vcpu: number): void {
  wakeRedistributor(world, vcpu);
  openInterface(world, vcpu);
}

/** What a guest's driver does before it takes interrupts; sometimes it leaves something out. */
function openInterface(world: World, vcpu: number): void {
  if (!world.chance(95)) return;
  world.storeInterface(vcpu, gicc.ctlr, world.pick([1, 1, 1, 1, 3, 7, 0x201, 0x207, 0x17]));
  world.storeInterface(vcpu, gicc.pmr, world.pick([0xff, 0xff, 0xff, 0xf8, 0xa0, 0x80]));
  if (world.chance(10)) world.storeInterface(vcpu, gicc.bpr, world.int(0, 7));
}

/** The distributor on, the pool's interrupts with priorities and targets, most of them enabled. */
function openDistributor(world: World): void {
  const boot = 0;
  if (world.chance(95)) world.store(boot, gicd.ctlr, world.pick([1, 1, 1, 3]));
  for (const irq of world.pool) {
    const vcpu = irq < 32 ? world.vcpu() : boot;
    if (world.chance(50))
      world.store(vcpu, world.byteAt(gicd.ipriorityr, irq, vcpu), world.int(0, 31) << 3, 1);
    if (world.vcpus > 1) world.aim(vcpu, irq, world.int(1, (1 << world.vcpus) - 1));
    if (world.chance(70)) world.poke(vcpu, gicd.isenabler, irq);
  }
}

/** A vCPU's redistributor of a GICv3: awake, its SGIs enabled. */
function wakeRedistributor(world: World, vcpu: number): void {
  if (world.config.gic !== 3) return;
  const redistributor = world.redistributorAt(vcpu);
  if (world.chance(40)) world.store(vcpu, redistributor + gicr.waker, 0);
  if (world.chance(90)) world.store(vcpu, world.wordAt(gicd.isenabler, 0, vcpu), 0xffff);
}

/** The usual beginning of a case with a guest. */
export function beginGuest(world: World): void {
  choosePool(world);
  initialise(world);
  start(world);
  for (const vcpu of world.running) openVcpu(world, vcpu);
  openDistributor(world);
}
