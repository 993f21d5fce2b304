// SPDX-License-Identifier: BSD-2-Clause
/** Steps on the distributor's registers as such: every offset, every size, every form. */
import { forms, plain, registers } from '../../model/index.js';
import { gicd, type World } from './world.js';

/** An offset in some register, at an edge of its array as often as not. */
export function someOffset(world: World): number {
  const { size } = world.config.distributor;
  if (world.chance(8)) return world.int(0, size / 4 - 1) * 4;
  const register = world.pick(registers);
  const words = (register.last + 1 - register.first) / 4;
  const { intids } = world.config.implementation;
  const per = register.perWord;
  const used = per === undefined ? words : Math.min(words, Math.ceil(intids / per));
  const word = world.pick([0, 0, 1, used - 1, used, words - 1, world.int(0, words - 1)]);
  return register.first + Math.min(Math.max(word, 0), words - 1) * 4;
}

/** GICD_SGIR is only written whole, and never with the reserved filter: the sources leave the rest open. */
const isSgir = (offset: number): boolean => offset >= gicd.sgir && offset < gicd.sgir + 4;

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
  world.store(vcpu, offset, isSgir(offset) ? sgirValue(value) : value);
  if (world.chance(50)) world.load(world.chance(70) ? vcpu : world.vcpu(), offset);
}

/** Byte accesses, where the architecture has them and where not. */
export function byteAccess(world: World): void {
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

/** Sizes that the architecture does not ask for: halfwords, and bytes of registers that have none. */
export function oddSize(world: World): void {
  const bytes = world.pick([1, 2] as const);
  const offset = someOffset(world) + world.int(0, 3);
  const aligned = offset - (offset % bytes);
  const vcpu = world.vcpu();
  if (world.chance(40) && !isSgir(aligned)) world.store(vcpu, aligned, world.word(), bytes);
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
  const aligned = Math.min(offset - (offset % bytes), world.config.distributor.size - span);
  const touchesSgir = aligned + span > gicd.sgir && aligned < gicd.sgir + 4;
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
      for (const n of new Set([0, ...world.pool.map((irq) => irq >>> 5)])) world.load(vcpu, array + n * 4);
    for (const irq of world.pool.slice(0, 4)) {
      world.load(vcpu, gicd.ipriorityr + (irq & ~3));
      world.load(vcpu, gicd.itargetsr + (irq & ~3));
      world.load(vcpu, gicd.icfgr + (irq >>> 4) * 4);
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
    cpuInterface.base - 0x100,
    0xffff_fff0,
    0xf_ffff_fff0,
  ];
  const address = BigInt(world.pick(places));
  const [rt, rt2, rn] = [2, 3, 1];
  if (load || index === 'none' || rn !== rt)
    world.add({ op: 'access', vcpu: world.vcpu(), form, rt, rt2, rn, address, value: BigInt(world.word()) });
}
