// SPDX-License-Identifier: BSD-2-Clause
/** Steps on the distributor's registers as such: every offset, every size, every form. */
import {
  distributorV2,
  distributorV3,
  forms,
  plain,
  type RegisterFrame,
  redistributor,
} from '../../model/index.js';
import { gicd, gicd3, gicr, type World } from './world.js';

/** The frames of registers that there are: where each begins, from the distributor on. */
function someFrame(world: World): readonly [at: number, frame: RegisterFrame] {
  if (world.config.gic === 2) return [0, distributorV2];
  if (world.chance(50)) return [0, distributorV3];
  return [world.redistributorAt(world.int(0, world.vcpus - 1)), redistributor];
}

/** An offset in some register, from the distributor on; at an edge of its array as often as not. */
function someOffset(world: World): number {
  const [at, { registers, size }] = someFrame(world);
  if (world.chance(8)) return at + world.int(0, size / 4 - 1) * 4;
  const register = world.pick(registers);
  const words = (register.last + 1 - register.first) / 4;
  const { intids } = world.config.implementation;
  const per = register.perWord;
  const used = per === undefined ? words : Math.min(words, Math.ceil(intids / per));
  const word = world.pick([0, 0, 1, used - 1, used, words - 1, world.int(0, words - 1)]);
  return at + register.first + Math.min(Math.max(word, 0), words - 1) * 4;
}

/** GICD_SGIR is only written whole, and never with the reserved filter: the sources leave the rest open. */
const isSgir = ({ config }: World, offset: number): boolean =>
  config.gic === 2 && offset >= gicd.sgir && offset < gicd.sgir + 4;

/** GICD_SGIR's value with the reserved filter avoided. */
const sgirValue = (value: number): number =>
  ((value & 0x0200_0000 ? value & ~0x0100_0000 : value) & ~0) >>> 0;

export function loadWord(world: World): void {
  world.load(world.vcpu(), someOffset(world));
}

export function storeWord(world: World): void {
  const offset = someOffset(world);
  const value = world.word();
  const vcpu = world.vcpu();
  world.store(vcpu, offset, isSgir(world, offset) ? sgirValue(value) : value);
  if (world.chance(50)) world.load(world.chance(70) ? vcpu : world.vcpu(), offset);
}

/** Byte accesses, where the architecture has them and where not. */
export function byteAccess(world: World): void {
  if (world.config.gic === 3) {
    priorityByte(world);
    return;
  }
  const arrays = [gicd.ipriorityr, gicd.itargetsr, gicd.spendsgir, gicd.cpendsgir];
  const { intids } = world.config.implementation;
  const vcpu = world.vcpu();
  const array = world.pick(arrays);
  const last = array >= gicd.cpendsgir ? 15 : intids + 3;
  const index = world.pick([0, 1, 15, 16, 31, 32, last, world.int(0, last), world.irq()]);
  const offset = array + Math.min(index, last);
  if (world.chance(60)) world.store(vcpu, offset, world.int(0, 255), 1);
  world.load(vcpu, offset, 1);
  if (world.chance(30)) world.load(vcpu, offset & ~3);
}

/** Of a GICv3 only priorities are bytes. */
function priorityByte(world: World): void {
  const { intids } = world.config.implementation;
  const irq = world.pick([0, 1, 15, 16, 31, 32, intids - 1, intids, world.irq()]);
  const vcpu = world.vcpu();
  const offset = world.byteAt(gicd.ipriorityr, irq, world.ownerFor(vcpu));
  if (world.chance(60)) world.store(vcpu, offset, world.int(0, 255), 1);
  world.load(vcpu, offset, 1);
  if (world.chance(30)) world.load(vcpu, offset & ~3);
}

/** The 64-bit registers of a GICv3, as a whole or by halves. */
export function doubleAccess(world: World): void {
  if (world.config.gic !== 3) return;
  const vcpu = world.vcpu();
  const typer = world.redistributorAt(world.int(0, world.vcpus - 1)) + gicr.typer;
  const route = gicd3.irouter + world.pick([world.irq(), 32, 31, world.config.implementation.intids]) * 8;
  const offset = world.pick([typer, route, route]);
  if (world.chance(50))
    world.access(vcpu, plain.store[8], world.config.distributor.base + offset, wideValue(world));
  if (world.chance(70)) world.load(vcpu, offset, 8);
  else world.load(vcpu, offset + world.pick([0, 4]));
}

/** An affinity that is often a vCPU's, and bits that are none of its. */
function wideValue(world: World): bigint {
  const affinity = BigInt(world.pick([0, 1, 2, 3, 0x100, 0x8000_0000, world.word()]));
  return affinity | (world.chance(20) ? BigInt(world.word()) << 32n : 0n);
}

/** Sizes that the architecture does not ask for: halfwords, and bytes of registers that have none. */
export function oddSize(world: World): void {
  const bytes = world.pick([1, 2] as const);
  const offset = someOffset(world) + world.int(0, 3);
  const aligned = offset - (offset % bytes);
  const vcpu = world.vcpu();
  if (world.chance(40) && !isSgir(world, aligned)) world.store(vcpu, aligned, world.word(), bytes);
  world.load(vcpu, aligned, bytes);
}

/** Any load or store that there is, with any registers. */
export function oddForm(world: World): void {
  const form = world.int(0, forms.length - 1);
  const { pair, bytes, load, index } = forms[form] ?? forms[0] ?? fail();
  const offset = world.pick([
    someOffset(world),
    gicd.ipriorityr + 32 + world.int(0, 7) * 4,
    gicd.igroupr + 4,
  ]);
  const span = bytes * (pair ? 2 : 1);
  const { size } = world.config.distributor;
  const aligned = offset - (offset % bytes) - (offset < size && offset + span > size ? span : 0);
  const touchesSgir = world.config.gic === 2 && aligned + span > gicd.sgir && aligned < gicd.sgir + 4;
  if (!load && touchesSgir) return;
  const register = () => world.pick([0, 2, 3, 8, 9, 15, 16, 17, 18, 19, 28, 29, 30, 31]);
  const rt = register();
  const rt2 = register();
  const rn = world.pick([1, 4, 10, 17, 21, 29].filter((one) => one !== rt && one !== rt2));
  // A pair that loads one register twice is UNPREDICTABLE; so is write-back to a data register.
  if (pair && load && rt === rt2 && rt !== 31) return;
  if (index !== 'none' && (rn === rt || rn === rt2)) return;
  const wide = (BigInt(world.word()) << 32n) | BigInt(world.word());
  const address = BigInt(world.config.distributor.base + aligned);
  world.add({ op: 'access', vcpu: world.vcpu(), form, rt, rt2, rn, address, value: wide });
}

function fail(): never {
  throw new Error('there are no instruction forms');
}

/** Reads back what the case may have changed. */
export function sweep(world: World): void {
  for (const vcpu of [...world.running].slice(0, 2)) {
    for (const array of [gicd.isenabler, gicd.ispendr, gicd.isactiver, gicd.igroupr])
      for (const n of new Set([0, ...world.pool.map((irq) => irq >>> 5)]))
        world.load(vcpu, world.wordAt(array, n * 32, vcpu));
    for (const irq of world.pool.slice(0, 4)) {
      world.load(vcpu, world.byteAt(gicd.ipriorityr, irq & ~3, vcpu));
      if (world.config.gic === 2) world.load(vcpu, gicd.itargetsr + (irq & ~3));
      else if (irq >= 32) world.load(vcpu, gicd3.irouter + irq * 8, 8);
      if (irq >= 32) world.load(vcpu, gicd.icfgr + (irq >>> 4) * 4);
    }
  }
}

/** Accesses where nothing is: below, above and far from the guest's memory. */
export function nowhere(world: World): void {
  const { distributor, ram, cpuInterface } = world.config;
  const form = world.chance(60)
    ? world.pick([plain.load[4], plain.store[4]])
    : world.int(0, forms.length - 1);
  const { bytes = 4, pair = false, load = true, index = 'none' } = forms[form] ?? {};
  const span = bytes * (pair ? 2 : 1);
  const places = [
    0,
    0x1000,
    ram.base - span,
    ram.base + ram.size,
    distributor.base - span,
    cpuInterface.size > 0 ? cpuInterface.base - 0x100 : redistributorEnd(world),
    0xffff_fff0,
    0xf_ffff_fff0,
  ];
  const address = BigInt(world.pick(places));
  const [rt, rt2, rn] = [2, 3, 1];
  if (load || index === 'none' || rn !== rt)
    world.add({ op: 'access', vcpu: world.vcpu(), form, rt, rt2, rn, address, value: BigInt(world.word()) });
}

/** Behind the last redistributor. */
const redistributorEnd = (world: World): number =>
  world.config.redistributorBase + world.vcpus * redistributor.size;
