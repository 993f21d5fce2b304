// SPDX-License-Identifier: BSD-2-Clause
/** The beginning of cases: the choice of interrupts, and the setup by VMM and guest. */
import { psciFunctions } from '../../model/index.js';
import { type CaseBuilder, gicc, gicd, gicr } from './case-builder.js';

/** INTIDs at the edges of words, banks and the distributor. */
function edges(builder: CaseBuilder): number[] {
  const { intids } = builder.config.implementation;
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

/** Fills the pool with a few INTIDs, each from the edges or from one neighbourhood. */
export function choosePool(builder: CaseBuilder): void {
  const { intids } = builder.config.implementation;
  const size = builder.int(1, builder.chance(25) ? 12 : 5);
  const wanted = (irq: number) =>
    irq >= 16 && irq < intids && irq !== builder.config.virtualTimer && !builder.pool.includes(irq);
  const near = builder.int(28, intids - 1);
  for (let tries = 0; tries < size * 3 && builder.pool.length < size; tries += 1) {
    const irq = builder.chance(50) ? builder.pick(edges(builder)) : near + builder.int(0, 7);
    if (wanted(irq)) builder.pool.push(irq);
  }
  if (builder.pool.length === 0) builder.pool.push(45);
}

/** virq_controller_init, and registrations of most of the pool. */
export function initialise(builder: CaseBuilder): void {
  builder.add({ op: 'init', cpu: 0 });
  builder.initialised = true;
  for (const irq of builder.pool) {
    const vcpu = irq < 32 || builder.chance(20) ? builder.int(0, builder.vcpus - 1) : 0;
    if (!builder.chance(15)) builder.register(vcpu, irq);
  }
}

/** guest_start, and CPU_ON of the other vCPUs. */
export function start(builder: CaseBuilder): void {
  const { base } = builder.config.ram;
  builder.add({
    op: 'start',
    vcpu: 0,
    pc: BigInt(base + 0x8_0000),
    dtb: BigInt(base + 0x10_0000),
    initrd: 0n,
  });
  builder.running.add(0);
  for (let vcpu = 1; vcpu < builder.vcpus; vcpu += 1) {
    if (builder.chance(10)) continue;
    const x0 = BigInt(psciFunctions.cpuOn) | (builder.chance(50) ? 0x4000_0000n : 0n);
    builder.add({
      op: 'smc',
      vcpu: 0,
      x0,
      x1: BigInt(vcpu),
      x2: builder.entry(),
      x3: BigInt(builder.int(0, 0xffff)),
    });
    builder.running.add(vcpu);
  }
}

/** Sets up the parts of the interrupt controller that belong to one vCPU. */
export function openVcpu(builder: CaseBuilder, vcpu: number): void {
  wakeRedistributor(builder, vcpu);
  openInterface(builder, vcpu);
}

/** Sets up the CPU interface as a guest's driver does. Sometimes it leaves something out. */
function openInterface(builder: CaseBuilder, vcpu: number): void {
  if (!builder.chance(95)) return;
  builder.storeInterface(vcpu, gicc.ctlr, builder.pick([1, 1, 1, 1, 3, 7, 0x201, 0x207, 0x17]));
  builder.storeInterface(vcpu, gicc.pmr, builder.pick([0xff, 0xff, 0xff, 0xf8, 0xa0, 0x80]));
  if (builder.chance(10)) builder.storeInterface(vcpu, gicc.bpr, builder.int(0, 7));
}

/** Enables the distributor, gives the pool's interrupts priorities and targets, and enables most of them. */
function openDistributor(builder: CaseBuilder): void {
  const boot = 0;
  if (builder.chance(95)) builder.store(boot, gicd.ctlr, builder.pick([1, 1, 1, 3]));
  for (const irq of builder.pool) {
    const vcpu = irq < 32 ? builder.vcpu() : boot;
    if (builder.chance(50))
      builder.store(vcpu, builder.byteAt(gicd.ipriorityr, irq, vcpu), builder.int(0, 31) << 3, 1);
    if (builder.vcpus > 1) builder.aim(vcpu, irq, builder.int(1, (1 << builder.vcpus) - 1));
    if (builder.chance(70)) builder.poke(vcpu, gicd.isenabler, irq);
  }
}

/** Wakes the redistributor of a vCPU (GICv3) and enables its SGIs. */
function wakeRedistributor(builder: CaseBuilder, vcpu: number): void {
  if (builder.config.gic !== 3) return;
  const redistributor = builder.redistributorAt(vcpu);
  if (builder.chance(40)) builder.store(vcpu, redistributor + gicr.waker, 0);
  if (builder.chance(90)) builder.store(vcpu, builder.wordAt(gicd.isenabler, 0, vcpu), 0xffff);
}

/** The usual beginning of a case: a guest that runs, with its driver set up. */
export function beginGuest(builder: CaseBuilder): void {
  choosePool(builder);
  initialise(builder);
  start(builder);
  for (const vcpu of builder.running) openVcpu(builder, vcpu);
  openDistributor(builder);
}
