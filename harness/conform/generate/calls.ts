// SPDX-License-Identifier: BSD-2-Clause
/** Steps of the VMM's API other than injection, and of PSCI. */
import { forms, psciFunctions } from '../../model/index.js';
import { openVcpu } from './begin.js';
import { type CaseBuilder, gicd } from './case-builder.js';

/** Valid and invalid registrations. */
export function register(builder: CaseBuilder): void {
  const irq = builder.anyIrq();
  if (irq === builder.config.virtualTimer) return;
  const vcpu = builder.anyVcpu();
  if (builder.chance(60)) {
    builder.add({ op: 'register', vcpu, irq, ack: !builder.chance(20), cookie: builder.int(0, 0xffff) });
    if (builder.isVcpu(vcpu)) builder.registered.push({ vcpu, irq });
  } else {
    const channel = builder.chance(85) ? builder.int(0, 8) : builder.pick([61, 62, 63, 64, 0xffff_ffff]);
    builder.passthrough(vcpu, irq, channel);
  }
}

export function injectAnything(builder: CaseBuilder): void {
  const irq = builder.chance(80) ? builder.anyIrq() : builder.pick([-1, -2147483648]);
  if (irq !== builder.config.virtualTimer) builder.add({ op: 'inject', vcpu: builder.anyVcpu(), irq });
}

export function handleAnything(builder: CaseBuilder): void {
  builder.add({ op: 'handle', channel: builder.pick([0, 1, 9, 61, 62, 63, 64, 0xffff_ffff]) });
}

export function badStart(builder: CaseBuilder): void {
  const { base, size } = builder.config.ram;
  const boot = { dtb: 0n, initrd: 0n };
  if (builder.chance(50))
    builder.add({ op: 'start', vcpu: builder.pick([builder.vcpus, 9]), pc: BigInt(base), ...boot });
  else {
    const pc = builder.pick([base - 4, base + size, base + 2, 0]);
    builder.add({ op: 'start', vcpu: 0, pc: BigInt(pc), ...boot });
  }
}

export function badInit(builder: CaseBuilder): void {
  builder.add({ op: 'init', cpu: builder.pick([builder.vcpus, 4, 0xffff_ffff]) });
}

/** CPU_ON of a vCPU that has run before. Its CPU interface must hold nothing from the earlier run. */
function startAgain(builder: CaseBuilder, by: number, vcpu: number): void {
  const x0 = BigInt(psciFunctions.cpuOn);
  builder.add({ op: 'smc', vcpu: by, x0, x1: BigInt(vcpu), x2: builder.entry(), x3: 0n });
  builder.running.add(vcpu);
  openVcpu(builder, vcpu);
  builder.add({ op: 'take', vcpu });
}

/** A restart, which the guest sees as a power-on: its setup is gone. */
export function restart(builder: CaseBuilder): void {
  if (builder.chance(20)) {
    builder.add({ op: 'restart', vcpu: builder.pick([builder.vcpus, 0xffff_ffff]) });
    return;
  }
  if (builder.chance(30)) builder.add({ op: 'stop', vcpu: 0 });
  builder.add({ op: 'restart', vcpu: 0 });
  builder.running.clear();
  builder.running.add(0);
  if (builder.vcpus > 1 && builder.chance(50)) startAgain(builder, 0, builder.int(1, builder.vcpus - 1));
  if (builder.chance(50)) builder.load(0, builder.wordAt(gicd.isenabler, builder.irq(), 0));
  if (builder.chance(50)) builder.add({ op: 'take', vcpu: 0 });
  if (builder.chance(70)) openVcpu(builder, 0);
  if (builder.chance(70)) builder.store(0, gicd.ctlr, 1);
  if (builder.chance(70)) {
    const irq = builder.irq();
    builder.store(0, builder.wordAt(gicd.isenabler, irq, 0), (1 << (irq & 31)) >>> 0);
  }
}

export function stop(builder: CaseBuilder): void {
  builder.add({ op: 'stop', vcpu: 0 });
  if (builder.chance(40)) builder.add({ op: 'take', vcpu: 0 });
  if (builder.chance(60)) {
    builder.add({ op: 'start', vcpu: 0, pc: builder.entry(), dtb: 0n, initrd: 0n });
    builder.running.clear();
    builder.running.add(0);
  } else builder.running.clear();
}

const wide = 0x4000_0000;
const queries = [
  psciFunctions.version,
  psciFunctions.smcccVersion,
  psciFunctions.migrateInfoType,
  0x8400_0005,
  0x8400_0007,
  0x8400_0012,
  0x8600_0000,
  0xc600_ff01,
  0xffff_ffff,
  0,
];

/** PSCI and SMCCC calls that return. */
export function query(builder: CaseBuilder): void {
  const vcpu = builder.vcpu();
  const known = [...Object.values(psciFunctions), psciFunctions.cpuOn + wide, 0x8400_0005, 0x8000_8000, 0];
  const kind = builder.int(0, 3);
  const high = builder.chance(10) ? 0xabcd_0000_0000n : 0n;
  const smc = (x0: number, x1 = 0n, x2 = 0n) =>
    builder.add({ op: 'smc', vcpu, x0: BigInt(x0) | high, x1, x2, x3: BigInt(builder.int(0, 0xffff)) });
  if (kind === 0) smc(builder.pick(queries), BigInt(builder.word()));
  else if (kind === 1)
    smc(builder.pick([psciFunctions.features, psciFunctions.archFeatures]), BigInt(builder.pick(known)));
  else {
    const target = builder.pick([0n, 0n, 1n, 2n, 3n, 4n, 0x100n, 0x1_0000_0000n]);
    const level = builder.pick([0n, 0n, 0n, 1n]);
    smc(psciFunctions.affinityInfo + builder.pick([0, wide]), target, level);
  }
}

/** Valid and invalid CPU_ON, and CPU_OFF. */
export function power(builder: CaseBuilder): void {
  const vcpu = builder.vcpu();
  if (builder.chance(30)) {
    builder.add({ op: 'smc', vcpu, x0: BigInt(psciFunctions.cpuOff), x1: 0n, x2: 0n, x3: 0n });
    if (builder.running.size > 1) builder.running.delete(vcpu);
    return;
  }
  const target = builder.pick([0, 1, 2, 3, 4, 5].slice(0, builder.vcpus + 2));
  const { base, size } = builder.config.ram;
  const outside = BigInt(builder.pick([0, base - 4, base + size, base + 2, base + 0x8_0001]));
  const x2 = builder.chance(70) ? builder.entry() : outside;
  const x0 = BigInt(psciFunctions.cpuOn + builder.pick([0, wide]));
  builder.add({ op: 'smc', vcpu, x0, x1: BigInt(target), x2, x3: BigInt(builder.word()) });
  if (target < builder.vcpus && x2 !== outside) builder.running.add(target);
}

/**
 * CPU_OFF of a vCPU that has a pending interrupt, mostly not yet taken. Another vCPU takes it, or the same one later.
 */
export function leave(builder: CaseBuilder): void {
  const [other, ...rest] = builder.running;
  if (other === undefined || rest.length === 0) return;
  const vcpu = builder.pick(rest);
  const irq = builder.irq();
  builder.aim(vcpu, irq, builder.pick([1 << vcpu, (1 << vcpu) | (1 << other)]));
  builder.poke(vcpu, gicd.isenabler, irq);
  builder.store(other, gicd.ctlr, 1);
  builder.store(vcpu, builder.wordAt(gicd.ispendr, irq, vcpu), (1 << (irq & 31)) >>> 0);
  if (builder.chance(25)) builder.add({ op: 'take', vcpu });
  builder.add({ op: 'smc', vcpu, x0: BigInt(psciFunctions.cpuOff), x1: 0n, x2: 0n, x3: 0n });
  builder.running.delete(vcpu);
  if (builder.chance(60)) builder.aim(other, irq, 1 << other);
  if (builder.chance(60)) builder.add({ op: 'take', vcpu: other });
  if (builder.chance(50)) startAgain(builder, other, vcpu);
}

/** Valid and invalid CPU_SUSPEND, for standby and powerdown. */
export function suspend(builder: CaseBuilder): void {
  const { base } = builder.config.ram;
  const x0 = BigInt(psciFunctions.cpuSuspend + builder.pick([0, wide]));
  const x1 = BigInt(builder.pick([0, 0, 1, 0xffff, 0x1_0000, 0x1_0000, 0x2_0000, 0x100_0000, 0x8000_0000]));
  const x2 = builder.chance(70) ? builder.entry() : BigInt(builder.pick([0, base + 2]));
  builder.add({ op: 'smc', vcpu: builder.vcpu(), x0, x1, x2, x3: BigInt(builder.word()) });
}

/** SYSTEM_OFF or SYSTEM_RESET, mostly with a restart. */
export function system(builder: CaseBuilder): void {
  const id = builder.pick([psciFunctions.systemOff, psciFunctions.systemReset]);
  builder.add({ op: 'smc', vcpu: builder.vcpu(), x0: BigInt(id), x1: 0n, x2: 0n, x3: 0n });
  if (builder.chance(80)) restart(builder);
}

export function wait(builder: CaseBuilder): void {
  builder.add({ op: 'wait', vcpu: builder.vcpu(), event: builder.chance(20) });
}

/** System registers that do not exist: op0 3, CRn 11 or 15, which are IMPLEMENTATION DEFINED. */
export function unknownRegister(builder: CaseBuilder): void {
  const encoding =
    (3 << 14) | (builder.int(0, 7) << 11) | (builder.pick([11, 15]) << 7) | builder.int(0, 127);
  builder.add({
    op: 'sysreg',
    vcpu: builder.vcpu(),
    encoding,
    write: builder.chance(50),
    value: BigInt(builder.word()),
  });
}

/** Valid and invalid registrations of emulated ranges, and accesses to them. */
export function range(builder: CaseBuilder): void {
  const base = BigInt(builder.pick([0x1000_0000, 0x1000_0100, 0x1000_1000, 0x0800_0000, 0x0800_0ff0]));
  const size = BigInt(builder.pick([0x100, 0x100, 0x1000, 0, 8]));
  const wraps = builder.chance(5);
  if (builder.chance(60))
    builder.add({
      op: 'handler',
      base: wraps ? 0xffff_ffff_ffff_ff00n : base,
      size: wraps ? 0x200n : size,
      id: builder.int(0, 255),
    });
  for (let left = builder.int(0, 2); left > 0; left -= 1) {
    const form = builder.int(0, forms.length - 1);
    const bytes = forms[form]?.bytes ?? 4;
    const offset = BigInt(builder.pick([0, 8, 0x80, 0xf0, 0xfc, 0x100]));
    const address = 0x1000_0000n + offset - (offset % BigInt(bytes));
    const value = (BigInt(builder.word()) << 32n) | BigInt(builder.word());
    const rt = builder.pick([2, 12, 31]);
    builder.add({ op: 'access', vcpu: builder.vcpu(), form, rt, rt2: 3, rn: 1, address, value });
  }
}
