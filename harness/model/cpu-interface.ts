// SPDX-License-Identifier: BSD-2-Clause
/**
 * The CPU interface: taking and ending interrupts. Behind a VMM it is the hardware's virtual one, fed by list registers;
 * on a bare machine it is fed by the distributor.
 */

import { apiRules, guestRules } from './api-rules.js';
import type { Context } from './context.js';
import { eachWaiting, isAimedAt } from './delivery.js';
import { deliveryRules } from './delivery-rules.js';
import { ackRules, interfaceRules as rules } from './interface-rules.js';
import { listOf, moveBack, moveToList, origins, releaseHardware, takePending } from './pending.js';
import { intidOf, slotOf, special, wordOf } from './slots.js';
import { type CpuInterface, type ListRegister, unwritten } from './state.js';

/** Bits of GICC_CTLR (4.4.1, without the Security Extensions). */
const control = { enable0: 1, enable1: 2, ackCtl: 4, binaryPoint: 16, endMode: 0x200 } as const;
const idle = 0x100;

/** Priority bits of the interface itself: a virtual one has five (5.3.3, VMPriMask). */
const priorityBits = (c: Context): number =>
  c.config.witness === 'vmm' ? 0xf8 : c.config.implementation.priorityMask;

const smallestPoint = (c: Context, group: 0 | 1): number => c.config.implementation.binaryPoints[group];

/** Part of a priority that decides preemption (3.3.3, table 3-2). */
function groupPriority(c: Context, cpu: CpuInterface, priority: number, group: number): number {
  const aliased = group === 1 && (cpu.control & control.binaryPoint) === 0;
  const written = aliased ? cpu.aliasedBinaryPoint : cpu.binaryPoint;
  const point = Math.max(written, smallestPoint(c, aliased ? 1 : 0)) - (aliased ? 1 : 0);
  return priority & ((~0 << (point + 1)) & 0xff);
}

/** An interrupt that the interface has, as pending. */
interface Candidate {
  intid: number;
  slot: number;
  /** 0 to 255. */
  priority: number;
  group: number;
  sure: boolean;
  list: ListRegister | undefined;
}

function candidates(c: Context, vcpu: number): Candidate[] {
  const found: Candidate[] = [];
  if (c.config.witness === 'vmm') {
    for (const list of c.state.cpu(vcpu).lists) {
      const { intid, slot, priority, group, sure } = list;
      if (list.pending) found.push({ intid, slot, priority: priority << 3, group, sure, list });
    }
    return found;
  }
  eachWaiting(c, vcpu, (slot) => {
    const group = c.state.group.has(slot) ? 1 : 0;
    const priority = c.state.priority.get(slot);
    found.push({ intid: intidOf(slot), slot, priority, group, sure: true, list: undefined });
  });
  return found;
}

const runningPriority = (cpu: CpuInterface): number => cpu.running.at(-1) ?? idle;

/** Bits of GICC_CTLR of which one must be set for an interrupt of this group to be taken. */
function enablesFor(c: Context, group: number): number {
  if (!c.config.implementation.takesEnabledOnly) return control.enable0 | control.enable1;
  return group === 1 ? control.enable1 : control.enable0;
}

/** Why this one can't be taken now; `undefined` when it can. */
function obstacle(c: Context, cpu: CpuInterface, one: Candidate) {
  if ((cpu.control & enablesFor(c, one.group)) === 0) return rules.enable;
  if (one.priority >= cpu.priorityMask) return rules.mask;
  if (groupPriority(c, cpu, one.priority, one.group) >= runningPriority(cpu)) return rules.preempt;
  return undefined;
}

/** Which rule is broken when the guest is given `intid`, which the interface should not have. */
function wrongly(c: Context, vcpu: number, intid: number) {
  if (!c.isIntid(intid)) return rules.spurious;
  const slot = slotOf(vcpu, intid);
  if (c.state.loaded.has(slot)) return deliveryRules.active;
  if (!c.state.pending.has(slot)) return deliveryRules.nothing;
  return c.state.enabled.has(slot) ? deliveryRules.target : deliveryRules.disabled;
}

/** Counts the rules that this delivery shows. */
function holdTaken(c: Context, one: Candidate, others: number): void {
  const { ledger } = c;
  ledger.hold(rules.taken);
  ledger.hold(deliveryRules.pending);
  if (others > 1) ledger.hold(rules.priority);
  const waited = one.list?.waited ?? false;
  const origin = one.list?.origin ?? c.state.origin.get(one.slot);
  if (waited) ledger.hold(deliveryRules.waited);
  if (c.state.interfaces.some(({ ended }) => ended.length > 0)) ledger.hold(deliveryRules.dropped);
  if (origin === origins.again) ledger.hold(deliveryRules.again);
  if (one.intid < 16) ledger.hold(deliveryRules.sgi);
  else if (origin === origins.guest) ledger.hold(deliveryRules.guest);
  holdTargets(c, one.slot);
}

/** What a delivery to one of several vCPUs shows. */
function holdTargets(c: Context, slot: number): void {
  if (c.config.vcpus === 1) return;
  c.ledger.hold(deliveryRules.target);
  const registration = c.state.registrations.get(slot);
  if (registration === undefined || c.state.targetsWritten.has(slot)) return;
  c.ledger.hold(apiRules.registerTarget);
  if (registration.kind === 'passthrough') c.ledger.hold(apiRules.passthroughVcpu);
}

/** Rules that keep an interrupt from the guest, shown by one that is pending all the same. */
function holdKept(c: Context, vcpu: number): void {
  const { state, ledger } = c;
  for (let n = 0; n * 32 < c.config.implementation.intids; n += 1) {
    const word = wordOf(vcpu, n);
    const pending = state.pending.word(word) & ~state.unsure.word(word);
    if (pending === 0) continue;
    if (pending & ~state.enabled.word(word) & ~state.loaded.word(word)) ledger.hold(deliveryRules.disabled);
    if (pending & (state.active.word(word) | state.loaded.word(word))) ledger.hold(deliveryRules.active);
  }
}

/** Nothing was given: right only when nothing could be. */
function judgeNothing(c: Context, vcpu: number, ready: Candidate[], all: Candidate[]): void {
  const cpu = c.state.cpu(vcpu);
  const missed = ready.find((one) => one.sure);
  if (missed !== undefined) {
    c.ledger.break(rules.taken, `GICC_IAR gives INTID ${missed.intid}`, 'it gives 1023, nothing');
    return;
  }
  c.ledger.hold(rules.spurious);
  c.ledger.hold(deliveryRules.nothing);
  for (const one of all) c.ledger.hold(obstacle(c, cpu, one) ?? rules.spurious);
  if (!(c.state.control & 1)) c.ledger.hold(deliveryRules.off);
  if (c.state.asNew) c.ledger.hold(guestRules.restartController);
  holdKept(c, vcpu);
}

/** Judges what a read of GICC_IAR gave, and follows it. */
export function judgeTaken(c: Context, vcpu: number, got: number): void {
  const cpu = c.state.cpu(vcpu);
  const all = candidates(c, vcpu);
  const ready = all.filter((one) => obstacle(c, cpu, one) === undefined);
  const intid = got & 0x3ff;
  const best = ready.reduce((value, one) => (one.sure ? Math.min(value, one.priority) : value), idle);
  if (intid === special.spurious) {
    judgeNothing(c, vcpu, ready, all);
    return;
  }
  if (intid === special.groupOne) {
    const right =
      (cpu.control & control.ackCtl) === 0 &&
      all.some((one) => one.group === 1 && one.priority < cpu.priorityMask && one.priority <= best);
    c.ledger.that(
      rules.groupOne,
      right,
      () => 'an interrupt of group 0, or none',
      () => 'INTID 1022',
    );
    return;
  }
  const one =
    ready.find((candidate) => candidate.intid === intid) ?? chosenOtherwise(c, vcpu, cpu, ready, intid);
  if (one === undefined) {
    const held = all.find((candidate) => candidate.intid === intid);
    const rule = held === undefined ? wrongly(c, vcpu, intid) : obstacle(c, cpu, held);
    const names = ready.map((candidate) => candidate.intid).join(' or ') || 'nothing (1023)';
    c.ledger.break(rule ?? rules.spurious, `GICC_IAR gives ${names}`, `it gives INTID ${intid}`);
    return;
  }
  if (one.priority > best || (one.group === 1 && (cpu.control & control.ackCtl) === 0)) {
    const rule = one.priority > best ? rules.priority : rules.groupOne;
    const first = ready.filter((candidate) => candidate.sure && candidate.priority === best);
    c.ledger.break(
      rule,
      `GICC_IAR gives INTID ${first.map((candidate) => candidate.intid).join(' or ')} (priority 0x${best.toString(16)})`,
      `it gives INTID ${intid} (priority 0x${one.priority.toString(16)})`,
    );
    return;
  }
  holdTaken(c, one, ready.length);
  take(c, cpu, one, (got >>> 10) & 7);
  cpu.taken.push(got);
}

/**
 * Where loads are not seen, the VMM may have chosen otherwise than the model thought: of several targets of an SPI
 * another, of those with equal priority another.
 */
function chosenOtherwise(c: Context, vcpu: number, cpu: CpuInterface, ready: Candidate[], intid: number) {
  if (c.config.witness === 'bare' || c.config.seesKernel) return undefined;
  return moved(c, vcpu, cpu, intid) ?? swapped(c, vcpu, cpu, ready, intid);
}

/** An SPI that the model has in a list register of another of its targets. */
function moved(c: Context, vcpu: number, cpu: CpuInterface, intid: number): Candidate | undefined {
  const slot = c.isIntid(intid) ? slotOf(vcpu, intid) : -1;
  const list = slot < 0 ? undefined : listOf(c, slot);
  if (list === undefined || !list.pending || !isAimedAt(c, slot, vcpu)) return undefined;
  for (const { lists } of c.state.interfaces) {
    const place = lists.indexOf(list);
    if (place >= 0) lists.splice(place, 1);
  }
  cpu.lists.push(list);
  const { priority, group, sure } = list;
  const one = { intid, slot, priority: priority << 3, group, sure, list };
  return obstacle(c, cpu, one) === undefined ? one : undefined;
}

function swapped(c: Context, vcpu: number, cpu: CpuInterface, ready: Candidate[], intid: number) {
  let found: Candidate | undefined;
  eachWaiting(c, vcpu, (slot) => {
    if (intidOf(slot) !== intid) return;
    const twin = ready.find((one) => one.list && one.list.priority === c.state.priority.get(slot) >>> 3);
    if (twin?.list === undefined) return;
    unload(c, cpu, twin.list);
    moveBack(c, twin.slot);
    const list = { ...twin.list, intid, slot, group: c.state.group.has(slot) ? 1 : 0 };
    moveToList(c, slot, 'surely');
    c.state.loaded.set(slot);
    cpu.lists.push(list);
    found = { ...twin, intid, slot, list };
  });
  return found;
}

function take(c: Context, cpu: CpuInterface, one: Candidate, sender: number): void {
  cpu.running.push(groupPriority(c, cpu, one.priority, one.group));
  takePending(c, one.slot, one.list, sender);
  if (one.list === undefined) {
    c.state.active.set(one.slot);
    return;
  }
  one.list.pending = false;
  one.list.active = true;
  one.list.sure = true;
}

function unload(c: Context, cpu: CpuInterface, list: ListRegister): void {
  cpu.lists.splice(cpu.lists.indexOf(list), 1);
  c.state.loaded.clear(list.slot);
}

/** The guest's write of GICC_EOIR with what it took last. */
export function end(c: Context, vcpu: number): void {
  const cpu = c.state.cpu(vcpu);
  const value = cpu.taken.pop();
  if (value === undefined) return;
  cpu.running.pop();
  if (cpu.control & control.endMode) cpu.ended.push(value);
  else finish(c, vcpu, value & 0x3ff);
}

/** The guest's write of GICC_DIR with what it ended last. */
export function deactivate(c: Context, vcpu: number): void {
  const cpu = c.state.cpu(vcpu);
  const value = cpu.ended.pop();
  if (value === undefined) return;
  if ((cpu.control & control.endMode) === 0) c.unpredictable = 'GICC_DIR is written while EOImode is clear';
  else finish(c, vcpu, value & 0x3ff);
}

/** The interrupt is no longer active; the VMM is told, and tells whoever registered it. */
function finish(c: Context, vcpu: number, intid: number): void {
  const { state } = c;
  const slot = slotOf(vcpu, intid);
  state.active.clear(slot);
  if (c.config.witness === 'bare') return;
  const cpu = state.cpu(vcpu);
  const list = cpu.lists.find((one) => one.slot === slot && one.active);
  if (list === undefined) return;
  unload(c, cpu, list);
  const registration = state.registrations.get(slot);
  if (registration?.kind === 'plain' && registration.ack)
    c.acks.push({ kind: 'ack', vcpu, irq: intid, cookie: registration.cookie });
  else if (registration?.kind === 'plain') c.ledger.hold(ackRules.none);
  releaseHardware(c, slot);
}

/** A binary point as it reads; before it is written its value is open. */
function point(c: Context, written: number, group: 0 | 1): number {
  if (written === unwritten) c.open = -1;
  return Math.max(written, smallestPoint(c, group));
}

/** Values of the registers besides GICC_IAR, and bits of them that are open. */
const readable: Record<number, (c: Context, vcpu: number) => number> = {
  0: (c, vcpu) => {
    c.open = ~0x21f;
    return c.state.cpu(vcpu).control;
  },
  4: (c, vcpu) => c.state.cpu(vcpu).priorityMask,
  8: (c, vcpu) => point(c, c.state.cpu(vcpu).binaryPoint, 0),
  28: (c, vcpu) => point(c, c.state.cpu(vcpu).aliasedBinaryPoint, 1),
  20: (c, vcpu) => {
    const value = runningPriority(c.state.cpu(vcpu));
    if (value === idle) c.open = 7;
    return Math.min(value, 0xff);
  },
};

/** Judges a word read from the CPU interface's frame, GICC_IAR among them. */
export function judgeInterfaceRead(c: Context, vcpu: number, offset: number, got: number): void {
  if (offset === 0x0c) {
    judgeTaken(c, vcpu, got);
    return;
  }
  c.open = 0;
  const read = readable[offset];
  if (read === undefined) return;
  const value = read(c, vcpu);
  const rule = offset === 0x14 ? rules.running : rules.registers;
  c.ledger.equal(
    rule,
    (got & ~c.open) >>> 0,
    (value & ~c.open) >>> 0,
    () => `GICC+0x${offset.toString(16)} reads`,
  );
}

/** What a word written to the CPU interface's frame does. */
export function writeInterface(c: Context, vcpu: number, offset: number, value: number): void {
  const cpu = c.state.cpu(vcpu);
  if (offset === 0x00) cpu.control = value & 0x21f;
  else if (offset === 0x04) cpu.priorityMask = value & priorityBits(c);
  else if (offset === 0x08) cpu.binaryPoint = value & 7;
  else if (offset === 0x1c) cpu.aliasedBinaryPoint = value & 7;
  else if (offset === 0x10 || offset === 0x1000 || offset === 0x24)
    c.unpredictable = 'an interrupt is ended by its number';
}
