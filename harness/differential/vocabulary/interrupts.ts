// SPDX-License-Identifier: BSD-2-Clause
/** Acts on the interrupt controller and the virtual timer, by word accesses at EL1, as an operating system does. */
import { gicAt, gicBit, privateIntids, redistributor, sgis, virtualTimer } from '../gic.js';
import type { Act, Exec, Value } from '../program.js';
import { plainExec, type Scene } from './scene.js';

/** INTIDs whose lines no device drives: SGIs, a PPI, SPIs of two registers. */
const intids = [0, 1, 7, 15, 20, 96, 97, 111, 127, 150] as const;
const isPpi = (intid: number): boolean => intid >= sgis && intid < privateIntids;
/** Priorities that remain distinct with five priority bits. */
const priorities = [0x00, 0x08, 0x40, 0x80, 0xa0, 0xe0, 0xf0] as const;

const loads = 0xb940_0002;
const stores = 0xb900_0001;
const storesByte = 0x3900_0001;
const unmask = 1 << 7;

const small = (value: number): Value => ({ code: value < 256 ? 'u8' : 'u32', value: BigInt(value >>> 0) });

/** Address of a distributor register for an INTID. On a GICv3 those of SGIs and PPIs are in the redistributor. */
function place(scene: Scene, offset: number, intid: number, cpu = scene.cpu): Value {
  if (scene.gic === 3 && intid < privateIntids)
    return { code: 'gicr', value: BigInt((cpu << redistributor.bits) + redistributor.sgiFrame + offset) };
  return { code: 'gicd', value: BigInt(offset) };
}

const single = (word: number, text: string, registers: Exec['registers']): Exec => ({
  ...plainExec,
  words: [word],
  text: [text],
  registers,
});

const load = (at: Value): Exec => single(loads, 'ldr w2, [x0]', [{ id: 0, value: at }]);
const store = (at: Value, value: number): Exec =>
  single(stores, 'str w1, [x0]', [
    { id: 0, value: at },
    { id: 1, value: small(value) },
  ]);
const storeByte = (at: Value, value: number): Exec =>
  single(storesByte, 'strb w1, [x0]', [
    { id: 0, value: at },
    { id: 1, value: small(value) },
  ]);

function wordOf(offset: number, intid: number): number {
  return offset + 4 * Math.floor(intid / 32);
}

/** Address of the register with the bit of an INTID. */
export const onIntid = (scene: Scene, offset: number, intid: number): Value =>
  place(scene, wordOf(offset, intid), intid);

const mask = (intid: number): number => (1 << (intid % 32)) >>> 0;

/** CPUs that are not this one (GICD_SGIR.TargetListFilter), or this one. */
const [allButThis, onlyThis] = [1, 2];
/** ICC_SGI1R_EL1.IRM. */
const toAllButThis = 1n << 40n;

/** Sends an SGI: to this CPU, to all others, or to a list. */
function send(scene: Scene, sgi: number): Exec {
  const { cpu, cpus } = scene;
  const alone = cpus.length === 1 || scene.chance(30);
  const others = !alone && scene.chance(20);
  const list = alone ? 1 << cpu : cpus.reduce((mask, one) => mask | (scene.chance(60) ? 1 << one : 0), 0);
  if (scene.gic === 2) {
    const how = others ? allButThis << 24 : alone ? onlyThis << 24 : list << 16;
    return store({ code: 'gicd', value: BigInt(gicAt.sgir) }, how | sgi);
  }
  const value = (BigInt(sgi) << 24n) | (others ? toAllButThis : BigInt(list));
  return single(0xd518_cba1, 'msr icc_sgi1r_el1, x1', [{ id: 1, value: { code: 'u64', value } }]);
}

const storesWide = 0xf900_0001;

/** Sends an SPI to one CPU of the program from now on. */
function retarget(scene: Scene, intid: number, cpu: number): Exec {
  if (scene.gic === 2) return storeByte({ code: 'gicd', value: BigInt(gicAt.targets + intid) }, 1 << cpu);
  return single(storesWide, 'str x1, [x0]', [
    { id: 0, value: { code: 'gicd', value: BigInt(gicAt.routers + 8 * intid) } },
    { id: 1, value: { code: 'affinity', value: BigInt(cpu) } },
  ]);
}

/** An act with interrupts unmasked, so that a pending one is taken. */
const takenAtOnce = (scene: Scene): Exec => ({
  ...single(0xd503_201f, 'nop', []),
  pstate: unmask,
  words: [0xd503_201f, 0xd503_3fdf],
  text: ['nop', 'isb'],
  el: scene.el(),
});

/**
 * Acts on interrupts. A VMM cannot withdraw an interrupt from a list register, so few programs disable or clear an
 * interrupt, or change it while it is pending (see known.ts).
 */
export function interrupts(scene: Scene): Act[] {
  const intid = scene.pick(intids);
  scene.usesInterrupts();
  const at = (offset: number) => place(scene, wordOf(offset, intid), intid);
  const drawn = scene.int(0, 99);
  if (drawn < 25) return [store(at(gicBit.enable), mask(intid))];
  if (drawn < 45) {
    scene.pends();
    // QEMU 7.2 with several CPUs looks for the CPU of a PPI in GICD_ITARGETSR and finds none (hw/intc/arm_gic.c).
    if (scene.gic === 2 && scene.cpus.length > 1 && isPpi(intid)) return [send(scene, intid % sgis)];
    return [intid >= 16 ? store(at(gicBit.pend), mask(intid)) : send(scene, intid)];
  }
  if (drawn < 60 && (scene.rare || !scene.hasPending))
    return [storeByte(place(scene, gicAt.priority + intid, intid), scene.pick(priorities))];
  if (drawn < 65 && intid >= privateIntids && scene.cpus.length > 1 && (scene.rare || !scene.hasPending))
    return [retarget(scene, intid, scene.pick(scene.cpus))];
  if (drawn < 70 && scene.rare) return takeBack(scene, intid);
  if (drawn < 75) return [load(at(scene.pick([gicBit.enable, gicBit.disable])))];
  if (drawn < 80) return [load(at(scene.pick([gicBit.pend, gicBit.unpend])))];
  if (drawn < 90) return [takenAtOnce(scene)];
  return [{ kind: 'take' }];
}

function takeBack(scene: Scene, intid: number): Act[] {
  const at = (offset: number) => place(scene, wordOf(offset, intid), intid);
  return scene.pick([
    [store(at(gicBit.disable), mask(intid))],
    [store(at(gicBit.unpend), intid < 16 ? 0 : mask(intid))],
    [store({ code: 'gicd', value: 0n }, scene.chance(50) ? 0 : onOf(scene))],
    [load(at(gicBit.activate))],
  ]);
}

/** GICD_CTLR with everything enabled: group 0 of a GICv2; affinity routing and both groups of a GICv3. */
export const onOf = ({ gic }: Scene): number => (gic === 2 ? 1 : 0x13);

const setTimer = [0xd51b_e341, 0xd51b_e322, 0xd503_3fdf, 0xd53b_e323];
const setTimerText = ['msr cntv_cval_el0, x1', 'msr cntv_ctl_el0, x2', 'isb', 'mrs x3, cntv_ctl_el0'];

/** The virtual timer, due at once or never. */
export function timers(scene: Scene): Act[] {
  scene.usesInterrupts();
  const at = (offset: number) => place(scene, offset, virtualTimer);
  const drawn = scene.int(0, 99);
  if (drawn < 45) {
    // An interrupt of a timer that was due cannot be withdrawn either.
    const due = scene.hasTimer && !scene.rare ? 0n : scene.chance(60) ? 0n : 0xffff_ffff_ffff_ffffn;
    const control = !scene.rare || scene.chance(60) ? 1 : scene.int(0, 3);
    if (due === 0n) scene.startsTimer();
    return [
      {
        ...single(0, '', [
          { id: 1, value: { code: due === 0n ? 'u8' : 'u64', value: due } },
          { id: 2, value: small(control) },
        ]),
        words: setTimer,
        text: setTimerText,
      },
    ];
  }
  if (drawn < 60) return [store(at(gicBit.enable), mask(virtualTimer))];
  if (drawn < 70 && scene.rare) return [store(at(gicBit.disable), mask(virtualTimer))];
  if (drawn < 85) return [load(at(gicBit.pend))];
  return [scene.chance(50) ? takenAtOnce(scene) : { kind: 'take' }];
}

/** Acts that restore the interrupt controller after the acts of this file. */
export function interruptsCleaning(scene: Scene): Act[] {
  const all = 0xffff_ffff;
  const shared = [96, 128].map((first) => (offset: number) => place(scene, wordOf(offset, first), first));
  const spis = intids.filter((intid) => intid >= privateIntids);
  const everywhere = (acts: (cpu: number) => Act[]): Act[] =>
    scene.cpus.flatMap((cpu) => acts(cpu).map((act) => (cpu === 0 ? act : { ...act, cpu })));
  return [
    ...everywhere(() => [timerOff]),
    store({ code: 'gicd', value: 0n }, onOf(scene)),
    ...everywhere(() => [{ kind: 'drain' }]),
    ...shared.map((at) => store(at(gicBit.disable), all)),
    ...shared.map((at) => store(at(gicBit.unpend), all)),
    ...everywhere((cpu) => privateCleaning(scene, cpu)),
    ...shared.map((at) => store(at(gicBit.deactivate), all)),
    ...spis.map((intid) => storeByte(place(scene, gicAt.priority + intid, intid), 0)),
    ...(scene.cpus.length > 1 ? spis.map((intid) => retarget(scene, intid, 0)) : []),
  ];
}

const timerOff: Act = {
  ...single(0, '', [
    { id: 1, value: small(0) },
    { id: 2, value: small(0) },
  ]),
  words: setTimer,
  text: setTimerText,
};

/** Restores SGIs and PPIs of a CPU, which does it itself. */
function privateCleaning(scene: Scene, cpu: number): Act[] {
  const all = 0xffff_ffff;
  const at = (offset: number) => place(scene, offset, 0, cpu);
  return [
    store(at(gicBit.disable), all),
    store(at(gicBit.unpend), all),
    ...(scene.gic === 2
      ? [0, 4, 8, 12].map((n) => store({ code: 'gicd', value: BigInt(gicAt.clearSgi + n) }, all))
      : []),
    { kind: 'drain' },
    store(at(gicBit.deactivate), all),
    ...intids
      .filter((intid) => intid < privateIntids)
      .map((intid) => storeByte(place(scene, gicAt.priority + intid, intid, cpu), 0)),
  ];
}
