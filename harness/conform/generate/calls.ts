// SPDX-License-Identifier: BSD-2-Clause
/** Steps of the VMM's API besides injection, and of PSCI. */
import { forms, psciFunctions } from '../../model/index.js';
import { openVcpu } from './begin.js';
import { gicd, type World } from './world.js';

/** Registrations, right and wrong. */
export function register(world: World): void {
  const irq = world.anyIrq();
  if (irq === world.config.virtualTimer) return;
  const vcpu = world.anyVcpu();
  if (world.chance(60)) {
    world.add({ op: 'register', vcpu, irq, ack: !world.chance(20), cookie: world.int(0, 0xffff) });
    if (world.isVcpu(vcpu)) world.registered.push({ vcpu, irq });
  } else {
    const channel = world.chance(85) ? world.int(0, 8) : world.pick([61, 62, 63, 64, 0xffff_ffff]);
    world.passthrough(vcpu, irq, channel);
  }
}

export function injectAnything(world: World): void {
  const irq = world.chance(80) ? world.anyIrq() : world.pick([-1, -2147483648]);
  if (irq !== world.config.virtualTimer) world.add({ op: 'inject', vcpu: world.anyVcpu(), irq });
}

export function handleAnything(world: World): void {
  world.add({ op: 'handle', channel: world.pick([0, 1, 9, 61, 62, 63, 64, 0xffff_ffff]) });
}

export function badStart(world: World): void {
  const { base, size } = world.config.ram;
  const boot = { dtb: 0n, initrd: 0n };
  if (world.chance(50))
    world.add({ op: 'start', vcpu: world.pick([world.vcpus, 9]), pc: BigInt(base), ...boot });
  else {
    const pc = world.pick([base - 4, base + size, base + 2, 0]);
    world.add({ op: 'start', vcpu: 0, pc: BigInt(pc), ...boot });
  }
}

export function badInit(world: World): void {
  world.add({ op: 'init', cpu: world.pick([world.vcpus, 4, 0xffff_ffff]) });
}

/** CPU_ON of a vCPU that has run before: nothing of what it left behind in its interface may be there. */
function startAgain(world: World, by: number, vcpu: number): void {
  const x0 = BigInt(psciFunctions.cpuOn);
  world.add({ op: 'smc', vcpu: by, x0, x1: BigInt(vcpu), x2: world.entry(), x3: 0n });
  world.running.add(vcpu);
  openVcpu(world, vcpu);
  world.add({ op: 'take', vcpu });
}

/** From the guest's view a power-on: what it had set up is gone. */
export function restart(world: World): void {
  if (world.chance(20)) {
    world.add({ op: 'restart', vcpu: world.pick([world.vcpus, 0xffff_ffff]) });
    return;
  }
  if (world.chance(30)) world.add({ op: 'stop', vcpu: 0 });
  world.add({ op: 'restart', vcpu: 0 });
  world.running.clear();
  world.running.add(0);
  if (world.vcpus > 1 && world.chance(50)) startAgain(world, 0, world.int(1, world.vcpus - 1));
  if (world.chance(50)) world.load(0, world.wordAt(gicd.isenabler, world.irq(), 0));
  if (world.chance(50)) world.add({ op: 'take', vcpu: 0 });
  if (world.chance(70)) openVcpu(world, 0);
  if (world.chance(70)) world.store(0, gicd.ctlr, 1);
  if (world.chance(70)) {
    const irq = world.irq();
    world.store(0, world.wordAt(gicd.isenabler, irq, 0), (1 << (irq & 31)) >>> 0);
  }
}

export function stop(world: World): void {
  world.add({ op: 'stop', vcpu: 0 });
  if (world.chance(40)) world.add({ op: 'take', vcpu: 0 });
  if (world.chance(60)) {
    world.add({ op: 'start', vcpu: 0, pc: world.entry(), dtb: 0n, initrd: 0n });
    world.running.clear();
    world.running.add(0);
  } else world.running.clear();
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
export function query(world: World): void {
  const vcpu = world.vcpu();
  const known = [...Object.values(psciFunctions), psciFunctions.cpuOn + wide, 0x8400_0005, 0x8000_8000, 0];
  const kind = world.int(0, 3);
  const high = world.chance(10) ? 0xabcd_0000_0000n : 0n;
  const smc = (x0: number, x1 = 0n, x2 = 0n) =>
    world.add({ op: 'smc', vcpu, x0: BigInt(x0) | high, x1, x2, x3: BigInt(world.int(0, 0xffff)) });
  if (kind === 0) smc(world.pick(queries), BigInt(world.word()));
  else if (kind === 1)
    smc(world.pick([psciFunctions.features, psciFunctions.archFeatures]), BigInt(world.pick(known)));
  else {
    const target = world.pick([0n, 0n, 1n, 2n, 3n, 4n, 0x100n, 0x1_0000_0000n]);
    const level = world.pick([0n, 0n, 0n, 1n]);
    smc(psciFunctions.affinityInfo + world.pick([0, wide]), target, level);
  }
}

/** CPU_ON, right and wrong, and CPU_OFF. */
export function power(world: World): void {
  const vcpu = world.vcpu();
  if (world.chance(30)) {
    world.add({ op: 'smc', vcpu, x0: BigInt(psciFunctions.cpuOff), x1: 0n, x2: 0n, x3: 0n });
    if (world.running.size > 1) world.running.delete(vcpu);
    return;
  }
  const target = world.pick([0, 1, 2, 3, 4, 5].slice(0, world.vcpus + 2));
  const { base, size } = world.config.ram;
  const outside = BigInt(world.pick([0, base - 4, base + size, base + 2, base + 0x8_0001]));
  const x2 = world.chance(70) ? world.entry() : outside;
  const x0 = BigInt(psciFunctions.cpuOn + world.pick([0, wide]));
  world.add({ op: 'smc', vcpu, x0, x1: BigInt(target), x2, x3: BigInt(world.word()) });
  if (target < world.vcpus && x2 !== outside) world.running.add(target);
}

/** A vCPU is given an interrupt and calls CPU_OFF, mostly without having taken it; another takes it, or the same later. */
export function leave(world: World): void {
  const [other, ...rest] = world.running;
  if (other === undefined || rest.length === 0) return;
  const vcpu = world.pick(rest);
  const irq = world.irq();
  world.aim(vcpu, irq, world.pick([1 << vcpu, (1 << vcpu) | (1 << other)]));
  world.poke(vcpu, gicd.isenabler, irq);
  world.store(other, gicd.ctlr, 1);
  world.store(vcpu, world.wordAt(gicd.ispendr, irq, vcpu), (1 << (irq & 31)) >>> 0);
  if (world.chance(25)) world.add({ op: 'take', vcpu });
  world.add({ op: 'smc', vcpu, x0: BigInt(psciFunctions.cpuOff), x1: 0n, x2: 0n, x3: 0n });
  world.running.delete(vcpu);
  if (world.chance(60)) world.aim(other, irq, 1 << other);
  if (world.chance(60)) world.add({ op: 'take', vcpu: other });
  if (world.chance(50)) startAgain(world, other, vcpu);
}

/** CPU_SUSPEND, for standby and for powerdown, right and wrong. */
export function suspend(world: World): void {
  const { base } = world.config.ram;
  const x0 = BigInt(psciFunctions.cpuSuspend + world.pick([0, wide]));
  const x1 = BigInt(world.pick([0, 0, 1, 0xffff, 0x1_0000, 0x1_0000, 0x2_0000, 0x100_0000, 0x8000_0000]));
  const x2 = world.chance(70) ? world.entry() : BigInt(world.pick([0, base + 2]));
  world.add({ op: 'smc', vcpu: world.vcpu(), x0, x1, x2, x3: BigInt(world.word()) });
}

/** SYSTEM_OFF or SYSTEM_RESET, and perhaps a restart. */
export function system(world: World): void {
  const id = world.pick([psciFunctions.systemOff, psciFunctions.systemReset]);
  world.add({ op: 'smc', vcpu: world.vcpu(), x0: BigInt(id), x1: 0n, x2: 0n, x3: 0n });
  if (world.chance(80)) restart(world);
}

export function wait(world: World): void {
  world.add({ op: 'wait', vcpu: world.vcpu(), event: world.chance(20) });
}

/** System registers that do not exist: op0 3, CRn 11 or 15, reserved for implementations. */
export function unknownRegister(world: World): void {
  const encoding = (3 << 14) | (world.int(0, 7) << 11) | (world.pick([11, 15]) << 7) | world.int(0, 127);
  world.add({
    op: 'sysreg',
    vcpu: world.vcpu(),
    encoding,
    write: world.chance(50),
    value: BigInt(world.word()),
  });
}

/** Emulated ranges: registered well and badly, and accessed. */
export function range(world: World): void {
  const base = BigInt(world.pick([0x1000_0000, 0x1000_0100, 0x1000_1000, 0x0800_0000, 0x0800_0ff0]));
  const size = BigInt(world.pick([0x100, 0x100, 0x1000, 0, 8]));
  const wraps = world.chance(5);
  if (world.chance(60))
    world.add({
      op: 'handler',
      base: wraps ? 0xffff_ffff_ffff_ff00n : base,
      size: wraps ? 0x200n : size,
      id: world.int(0, 255),
    });
  for (let left = world.int(0, 2); left > 0; left -= 1) {
    const form = world.int(0, forms.length - 1);
    const bytes = forms[form]?.bytes ?? 4;
    const offset = BigInt(world.pick([0, 8, 0x80, 0xf0, 0xfc, 0x100]));
    const address = 0x1000_0000n + offset - (offset % BigInt(bytes));
    const value = (BigInt(world.word()) << 32n) | BigInt(world.word());
    const rt = world.pick([2, 12, 31]);
    world.add({ op: 'access', vcpu: world.vcpu(), form, rt, rt2: 3, rn: 1, address, value });
  }
}
