// SPDX-License-Identifier: BSD-2-Clause
/**
 * The guest takes an interrupt by a read of IAR: whether it gets the right one.
 * docs/model.md explains the states of an interrupt, and `sure`, `unsure`, `waited` and `origin`.
 */
import { apiRules, guestRules } from './api-rules.js';
import type { Context } from './context.js';
import { eachWaiting, isAimedAt, sgiRuleOf } from './delivery.js';
import { deliveryRules } from './delivery-rules.js';
import { redistributorRules } from './distributor-v3-rules.js';
import { interfaceRules } from './interface-rules.js';
import { listOf, moveBack, moveToList, origins, takePending } from './pending.js';
import {
  type Candidate,
  candidates,
  control,
  groupPriority,
  idle,
  interfaceRulesOf,
  obstacle,
  runningPriority,
  shownPriority,
} from './preemption.js';
import { intidOf, slotOf, special, wordOf } from './slots.js';
import { type CpuInterface, unload } from './state.js';
import { holdFallen } from './timer.js';

/** The rule that is broken when the guest gets `intid`, which its CPU interface should not have. */
function wrongly(c: Context, vcpu: number, intid: number) {
  const rules = interfaceRulesOf(c);
  if (!c.isIntid(intid)) return rules.spurious;
  const slot = slotOf(vcpu, intid);
  if (c.state.loaded.has(slot)) return deliveryRules.active;
  if (intid === c.config.virtualTimer && c.state.timer(vcpu).fell) return deliveryRules.level;
  if (!c.state.pending.has(slot)) return deliveryRules.nothing;
  return c.state.enabled.has(slot) ? deliveryRules.target : deliveryRules.disabled;
}

/** Counts the rules that this delivery has exercised. */
function holdTaken(c: Context, taken: Candidate, others: number): void {
  const rules = interfaceRulesOf(c);
  const { ledger } = c;
  ledger.hold(rules.taken);
  ledger.hold(deliveryRules.pending);
  if (others > 1) ledger.hold(rules.priority);
  const waited = taken.list?.waited ?? false;
  const origin = taken.list?.origin ?? c.state.origin.get(taken.slot);
  if (waited) ledger.hold(deliveryRules.waited);
  if (c.state.interfaces.some(({ ended }) => ended.length > 0)) ledger.hold(deliveryRules.dropped);
  if (origin === origins.again) ledger.hold(deliveryRules.again);
  if (origin === origins.left) ledger.hold(deliveryRules.left);
  if (taken.intid < 16) ledger.hold(sgiRuleOf(c));
  else if (origin === origins.guest) ledger.hold(deliveryRules.guest);
  holdTargets(c, taken.slot);
}

/** Counts the rules about targets that a delivery to one of several vCPUs has exercised. */
function holdTargets(c: Context, slot: number): void {
  if (c.config.vcpus === 1) return;
  c.ledger.hold(deliveryRules.target);
  const registration = c.state.registrations.get(slot);
  if (registration === undefined || c.state.targetsWritten.has(slot)) return;
  c.ledger.hold(apiRules.registerTarget);
  if (registration.kind === 'passthrough') c.ledger.hold(apiRules.passthroughVcpu);
}

/** Counts the rules that keep a pending interrupt from the guest. */
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

/** Judges a read that gave no interrupt: right only when none could be taken. */
function judgeNothing(c: Context, vcpu: number, ready: Candidate[], all: Candidate[]): void {
  const rules = interfaceRulesOf(c);
  const cpu = c.state.cpu(vcpu);
  const missed = ready.find((candidate) => candidate.sure);
  // QEMU compares the whole pending priority with the running group priority, not their group priorities.
  if (missed !== undefined && !c.config.seesKernel && missed.priority >= runningPriority(cpu)) {
    c.unpredictable = 'the binary point has grown while an interrupt is active';
    return;
  }
  if (missed !== undefined) {
    c.ledger.break(rules.taken, `the guest is given INTID ${missed.intid}`, 'it is given nothing (1023)');
    return;
  }
  c.ledger.hold(rules.spurious);
  c.ledger.hold(deliveryRules.nothing);
  for (const candidate of all) c.ledger.hold(obstacle(c, cpu, candidate) ?? rules.spurious);
  if (!(c.state.control & 1)) c.ledger.hold(deliveryRules.off);
  if (c.state.asleep[vcpu]) c.ledger.hold(redistributorRules.asleep);
  holdFallen(c, vcpu);
  if (c.state.asNew) c.ledger.hold(guestRules.restartController);
  holdKept(c, vcpu);
}

/** Judges the value that a read of IAR gave, and applies it to the state. */
export function judgeTaken(c: Context, vcpu: number, got: number): void {
  const rules = interfaceRulesOf(c);
  const cpu = c.state.cpu(vcpu);
  const all = candidates(c, vcpu);
  const ready = all.filter((candidate) => obstacle(c, cpu, candidate) === undefined);
  const intid = got & 0x3ff;
  const best = ready.reduce(
    (value, candidate) => (candidate.sure ? Math.min(value, candidate.priority) : value),
    idle,
  );
  if (intid === special.spurious) {
    judgeNothing(c, vcpu, ready, all);
    return;
  }
  if (intid === special.groupOne && c.config.gic === 2) {
    const right =
      (cpu.control & control.ackCtl) === 0 &&
      all.some(
        (candidate) =>
          candidate.group === 1 && candidate.priority < cpu.priorityMask && candidate.priority <= best,
      );
    c.ledger.that(
      interfaceRules.groupOne,
      right,
      () => 'an interrupt of group 0, or none',
      () => 'INTID 1022',
    );
    return;
  }
  const taken =
    ready.find((candidate) => candidate.intid === intid) ?? chosenOtherwise(c, vcpu, cpu, ready, intid);
  if (taken === undefined) {
    const held = all.find((candidate) => candidate.intid === intid);
    const rule = held === undefined ? wrongly(c, vcpu, intid) : obstacle(c, cpu, held);
    const names = ready.map((candidate) => candidate.intid).join(' or ') || 'nothing (1023)';
    c.ledger.break(rule ?? rules.spurious, `the guest is given ${names}`, `it is given INTID ${intid}`);
    return;
  }
  const hidden = c.config.gic === 2 && taken.group === 1 && (cpu.control & control.ackCtl) === 0;
  if (taken.priority > best || hidden) {
    const rule = taken.priority > best ? rules.priority : interfaceRules.groupOne;
    const first = ready.filter((candidate) => candidate.sure && candidate.priority === best);
    c.ledger.break(
      rule,
      `the guest is given INTID ${first.map((candidate) => candidate.intid).join(' or ')} (priority 0x${best.toString(16)})`,
      `it is given INTID ${intid} (priority 0x${taken.priority.toString(16)})`,
    );
    return;
  }
  holdTaken(c, taken, ready.length);
  take(c, cpu, taken, (got >>> 10) & 7);
  cpu.taken.push(got);
}

/**
 * Finds the interrupt when the VMM has chosen otherwise than `fill` in delivery.ts assumed: another target of an SPI,
 * or another interrupt of the same priority. Only where loads are not observed.
 */
function chosenOtherwise(c: Context, vcpu: number, cpu: CpuInterface, ready: Candidate[], intid: number) {
  if (c.config.witness === 'bare' || c.config.seesKernel) return undefined;
  return moved(c, vcpu, cpu, intid) ?? swapped(c, vcpu, cpu, ready, intid);
}

/** Moves an SPI that the model has in a list register of another target to this vCPU. */
function moved(c: Context, vcpu: number, cpu: CpuInterface, intid: number): Candidate | undefined {
  const slot = c.isIntid(intid) ? slotOf(vcpu, intid) : -1;
  const list = slot < 0 ? undefined : listOf(c, slot);
  if (list === undefined || !list.pending || !isAimedAt(c, slot, vcpu)) return undefined;
  for (const { lists } of c.state.interfaces) {
    const place = lists.indexOf(list);
    if (place >= 0) lists.splice(place, 1);
  }
  cpu.lists.push(list);
  const { group, sure } = list;
  const taken = { intid, slot, priority: shownPriority(c, list), group, sure, list };
  return obstacle(c, cpu, taken) === undefined ? taken : undefined;
}

/** Replaces an assumed list register by a waiting interrupt of the same priority. */
function swapped(c: Context, vcpu: number, cpu: CpuInterface, ready: Candidate[], intid: number) {
  let found: Candidate | undefined;
  eachWaiting(c, vcpu, (slot) => {
    if (intidOf(slot) !== intid) return;
    const twin = ready.find(
      (candidate) => candidate.list && candidate.list.priority === c.state.priority.get(slot) >>> 3,
    );
    if (twin?.list === undefined) return;
    unload(c.state, cpu, twin.list);
    moveBack(c, twin.slot);
    const list = { ...twin.list, intid, slot, group: c.state.group.has(slot) ? 1 : 0 };
    moveToList(c, slot, 'surely');
    c.state.loaded.set(slot);
    cpu.lists.push(list);
    found = { ...twin, intid, slot, list };
  });
  return found;
}

function take(c: Context, cpu: CpuInterface, taken: Candidate, sender: number): void {
  cpu.running.push(groupPriority(c, cpu, taken.priority, taken.group));
  takePending(c, taken.slot, taken.list, sender);
  if (taken.list === undefined) {
    c.state.active.set(taken.slot);
    return;
  }
  taken.list.pending = false;
  taken.list.active = true;
  taken.list.sure = true;
}
