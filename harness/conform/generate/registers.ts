// SPDX-License-Identifier: BSD-2-Clause
/** Accesses to the registers of the distributor: every offset, every size, every instruction form. */
import {
  distributorV2,
  distributorV3,
  forms,
  plain,
  type RegisterFrame,
  redistributor,
} from '../../model/index.js';
import { type CaseBuilder, gicd, gicd3, gicr } from './case-builder.js';

/** A register frame, and its offset from the distributor. */
function someFrame(builder: CaseBuilder): readonly [at: number, frame: RegisterFrame] {
  if (builder.config.gic === 2) return [0, distributorV2];
  if (builder.chance(50)) return [0, distributorV3];
  return [builder.redistributorAt(builder.int(0, builder.vcpus - 1)), redistributor];
}

/** The offset of a register from the distributor, often at an edge of its array. */
function someOffset(builder: CaseBuilder): number {
  const [at, { registers, size }] = someFrame(builder);
  if (builder.chance(8)) return at + builder.int(0, size / 4 - 1) * 4;
  const register = builder.pick(registers);
  const words = (register.last + 1 - register.first) / 4;
  const { intids } = builder.config.implementation;
  const per = register.perWord;
  const used = per === undefined ? words : Math.min(words, Math.ceil(intids / per));
  const word = builder.pick([0, 0, 1, used - 1, used, words - 1, builder.int(0, words - 1)]);
  return at + register.first + Math.min(Math.max(word, 0), words - 1) * 4;
}

/** GICD_SGIR is written only as a word and never with the reserved filter, because the sources leave the rest open. */
const isSgir = ({ config }: CaseBuilder, offset: number): boolean =>
  config.gic === 2 && offset >= gicd.sgir && offset < gicd.sgir + 4;

/** A value for GICD_SGIR without the reserved filter. */
const sgirValue = (value: number): number =>
  ((value & 0x0200_0000 ? value & ~0x0100_0000 : value) & ~0) >>> 0;

export function loadWord(builder: CaseBuilder): void {
  builder.load(builder.vcpu(), someOffset(builder));
}

export function storeWord(builder: CaseBuilder): void {
  const offset = someOffset(builder);
  const value = builder.word();
  const vcpu = builder.vcpu();
  builder.store(vcpu, offset, isSgir(builder, offset) ? sgirValue(value) : value);
  if (builder.chance(50)) builder.load(builder.chance(70) ? vcpu : builder.vcpu(), offset);
}

/** Byte accesses to registers that support them. */
export function byteAccess(builder: CaseBuilder): void {
  if (builder.config.gic === 3) {
    priorityByte(builder);
    return;
  }
  const arrays = [gicd.ipriorityr, gicd.itargetsr, gicd.spendsgir, gicd.cpendsgir];
  const { intids } = builder.config.implementation;
  const vcpu = builder.vcpu();
  const array = builder.pick(arrays);
  const last = array >= gicd.cpendsgir ? 15 : intids + 3;
  const index = builder.pick([0, 1, 15, 16, 31, 32, last, builder.int(0, last), builder.irq()]);
  const offset = array + Math.min(index, last);
  if (builder.chance(60)) builder.store(vcpu, offset, builder.int(0, 255), 1);
  builder.load(vcpu, offset, 1);
  if (builder.chance(30)) builder.load(vcpu, offset & ~3);
}

/** In a GICv3 only priorities support byte accesses. */
function priorityByte(builder: CaseBuilder): void {
  const { intids } = builder.config.implementation;
  const irq = builder.pick([0, 1, 15, 16, 31, 32, intids - 1, intids, builder.irq()]);
  const vcpu = builder.vcpu();
  const offset = builder.byteAt(gicd.ipriorityr, irq, builder.ownerFor(vcpu));
  if (builder.chance(60)) builder.store(vcpu, offset, builder.int(0, 255), 1);
  builder.load(vcpu, offset, 1);
  if (builder.chance(30)) builder.load(vcpu, offset & ~3);
}

/** The 64-bit registers of a GICv3, whole or by halves. */
export function doubleAccess(builder: CaseBuilder): void {
  if (builder.config.gic !== 3) return;
  const vcpu = builder.vcpu();
  const typer = builder.redistributorAt(builder.int(0, builder.vcpus - 1)) + gicr.typer;
  const route =
    gicd3.irouter + builder.pick([builder.irq(), 32, 31, builder.config.implementation.intids]) * 8;
  const offset = builder.pick([typer, route, route]);
  if (builder.chance(50))
    builder.access(vcpu, plain.store[8], builder.config.distributor.base + offset, wideValue(builder));
  if (builder.chance(70)) builder.load(vcpu, offset, 8);
  else builder.load(vcpu, offset + builder.pick([0, 4]));
}

/** An affinity, often that of a vCPU, sometimes with other bits set. */
function wideValue(builder: CaseBuilder): bigint {
  const affinity = BigInt(builder.pick([0, 1, 2, 3, 0x100, 0x8000_0000, builder.word()]));
  return affinity | (builder.chance(20) ? BigInt(builder.word()) << 32n : 0n);
}

/** Sizes that registers need not support: halfwords, and bytes. */
export function oddSize(builder: CaseBuilder): void {
  const bytes = builder.pick([1, 2] as const);
  const offset = someOffset(builder) + builder.int(0, 3);
  const aligned = offset - (offset % bytes);
  const vcpu = builder.vcpu();
  if (builder.chance(40) && !isSgir(builder, aligned)) builder.store(vcpu, aligned, builder.word(), bytes);
  builder.load(vcpu, aligned, bytes);
}

/** Any load or store form, with any registers. */
export function oddForm(builder: CaseBuilder): void {
  const form = builder.int(0, forms.length - 1);
  const { pair, bytes, load, index } = forms[form] ?? forms[0] ?? fail();
  const offset = builder.pick([
    someOffset(builder),
    gicd.ipriorityr + 32 + builder.int(0, 7) * 4,
    gicd.igroupr + 4,
  ]);
  const span = bytes * (pair ? 2 : 1);
  const { size } = builder.config.distributor;
  const aligned = offset - (offset % bytes) - (offset < size && offset + span > size ? span : 0);
  const touchesSgir = builder.config.gic === 2 && aligned + span > gicd.sgir && aligned < gicd.sgir + 4;
  if (!load && touchesSgir) return;
  const register = () => builder.pick([0, 2, 3, 8, 9, 15, 16, 17, 18, 19, 28, 29, 30, 31]);
  const rt = register();
  const rt2 = register();
  const rn = builder.pick([1, 4, 10, 17, 21, 29].filter((base) => base !== rt && base !== rt2));
  // A pair that loads one register twice is UNPREDICTABLE, and so is write-back to a data register.
  if (pair && load && rt === rt2 && rt !== 31) return;
  if (index !== 'none' && (rn === rt || rn === rt2)) return;
  const wide = (BigInt(builder.word()) << 32n) | BigInt(builder.word());
  const address = BigInt(builder.config.distributor.base + aligned);
  builder.add({ op: 'access', vcpu: builder.vcpu(), form, rt, rt2, rn, address, value: wide });
}

function fail(): never {
  throw new Error('there are no instruction forms');
}

/** Reads back the registers that the case may have changed. */
export function sweep(builder: CaseBuilder): void {
  for (const vcpu of [...builder.running].slice(0, 2)) {
    for (const array of [gicd.isenabler, gicd.ispendr, gicd.isactiver, gicd.igroupr])
      for (const n of new Set([0, ...builder.pool.map((irq) => irq >>> 5)]))
        builder.load(vcpu, builder.wordAt(array, n * 32, vcpu));
    for (const irq of builder.pool.slice(0, 4)) {
      builder.load(vcpu, builder.byteAt(gicd.ipriorityr, irq & ~3, vcpu));
      if (builder.config.gic === 2) builder.load(vcpu, gicd.itargetsr + (irq & ~3));
      else if (irq >= 32) builder.load(vcpu, gicd3.irouter + irq * 8, 8);
      if (irq >= 32) builder.load(vcpu, gicd.icfgr + (irq >>> 4) * 4);
    }
  }
}

/** Accesses without memory or device: below, above and far from the guest's memory. */
export function nowhere(builder: CaseBuilder): void {
  const { distributor, ram, cpuInterface } = builder.config;
  const form = builder.chance(60)
    ? builder.pick([plain.load[4], plain.store[4]])
    : builder.int(0, forms.length - 1);
  const { bytes = 4, pair = false, load = true, index = 'none' } = forms[form] ?? {};
  const span = bytes * (pair ? 2 : 1);
  const places = [
    0,
    0x1000,
    ram.base - span,
    ram.base + ram.size,
    distributor.base - span,
    cpuInterface.size > 0 ? cpuInterface.base - 0x100 : redistributorEnd(builder),
    0xffff_fff0,
    0xf_ffff_fff0,
  ];
  const address = BigInt(builder.pick(places));
  const [rt, rt2, rn] = [2, 3, 1];
  if (load || index === 'none' || rn !== rt)
    builder.add({
      op: 'access',
      vcpu: builder.vcpu(),
      form,
      rt,
      rt2,
      rn,
      address,
      value: BigInt(builder.word()),
    });
}

/** Address after the last redistributor. */
const redistributorEnd = (builder: CaseBuilder): number =>
  builder.config.redistributorBase + builder.vcpus * redistributor.size;
