// SPDX-License-Identifier: BSD-2-Clause
/**
 * From pending to list register: which interrupts may be forwarded to a vCPU, and whether the VMM loads the right ones.
 * docs/model.md explains the states of an interrupt, and `sure`, `unsure`, `waited` and `origin`.
 */
import { eachBit } from './bits.js';
import type { Context } from './context.js';
import { deliveryRules, listRules } from './delivery-rules.js';
import { redistributorRules } from './distributor-v3-rules.js';
import { dropUnsure, moveToList, origins } from './pending.js';
import type { Rule } from './rule.js';
import type { LoadEvent, Seen } from './seen.js';
import { intidOf, privateSlots, slotOf, wordOf } from './slots.js';
import type { ListRegister } from './state.js';
import { systemInterfaceRules } from './system-interface-rules.js';

/** Bits of a word whose group is enabled in GICD_CTLR. */
function forwarded(c: Context, word: number): number {
  const group = c.state.group.word(word);
  return (c.state.control & 1 ? ~group : 0) | (c.state.control & 2 ? group : 0);
}

/** GICD_IROUTER<n>.Interrupt_Routing_Mode: any vCPU may take the SPI. */
const routedToAny = 1 << 31;

/** Whether `vcpu` is a target of `slot`. */
export function isAimedAt(c: Context, slot: number, vcpu: number): boolean {
  if (slot < privateSlots) return slot >>> 5 === vcpu;
  if (c.config.gic === 3) {
    const route = c.state.routes[slot] ?? 0;
    return (route & routedToAny) !== 0 || (route === vcpu && c.state.upperRoutes.get(slot) === 0);
  }
  return c.config.vcpus === 1 ? vcpu === 0 : (c.state.targets.get(slot) & (1 << vcpu)) !== 0;
}

/** Whether the distributor forwards interrupts to `vcpu`: it is on, and its redistributor is awake. */
const takesPart = (c: Context, vcpu: number): boolean =>
  c.state.power[vcpu] !== 'off' && c.state.asleep[vcpu] !== true;

/** Whether at most one of the vCPUs that are on is a target of `slot`. */
function hasOneTarget(c: Context, slot: number): boolean {
  let targets = 0;
  for (let vcpu = 0; vcpu < c.config.vcpus; vcpu += 1)
    if (c.state.power[vcpu] !== 'off' && isAimedAt(c, slot, vcpu)) targets += 1;
  return targets <= 1;
}

/** Calls `act` for each interrupt that waits in the distributor and could be delivered to `vcpu`. */
export function eachWaiting(c: Context, vcpu: number, act: (slot: number) => void): void {
  const { state } = c;
  if (!takesPart(c, vcpu)) return;
  const last = (c.config.implementation.intids + 31) >>> 5;
  for (let n = 0; n < last; n += 1) {
    const word = wordOf(vcpu, n);
    const busy = state.active.word(word) | state.loaded.word(word);
    const pending = state.pending.word(word) & state.enabled.word(word) & ~busy;
    if (pending === 0) continue;
    eachBit(pending & forwarded(c, word), (bit) => {
      if (isAimedAt(c, word * 32 + bit, vcpu)) act(word * 32 + bit);
    });
  }
}

/** The most urgent interrupt that waits for `vcpu`; of equal priorities the lowest INTID. -1 when none waits. */
function mostUrgent(c: Context, vcpu: number): number {
  let best = -1;
  eachWaiting(c, vcpu, (slot) => {
    if (best < 0 || c.state.priority.get(slot) < c.state.priority.get(best)) best = slot;
  });
  return best;
}

/** Moves `slot` from the distributor into a list register. `index` is -1 when the load was not observed. */
function enterList(c: Context, vcpu: number, slot: number, index: number, certain: boolean): ListRegister {
  const { state } = c;
  const intid = intidOf(slot);
  const list = {
    intid,
    slot,
    index,
    priority: state.priority.get(slot) >>> 3,
    group: state.group.has(slot) ? 1 : 0,
    pending: true,
    active: false,
    sure: certain && !state.unsure.has(slot),
    waited: state.waited.has(slot),
    origin: state.origin.get(slot),
  };
  moveToList(c, slot, index >= 0 ? 'surely' : certain ? 'if any' : 'perhaps');
  state.loaded.set(slot);
  state.waited.clear(slot);
  state.cpu(vcpu).lists.push(list);
  return list;
}

/** The rule that forbids loading `slot` for `vcpu` now; `undefined` when the load is allowed. */
function refusal(c: Context, vcpu: number, slot: number): Rule | undefined {
  const { state } = c;
  if (state.loaded.has(slot)) return deliveryRules.active;
  const isFallen = intidOf(slot) === c.config.virtualTimer && state.timer(vcpu).fell;
  if (!state.pending.has(slot)) return isFallen ? deliveryRules.level : deliveryRules.nothing;
  if (state.active.has(slot)) return deliveryRules.active;
  if (!state.enabled.has(slot)) return deliveryRules.disabled;
  if (!(forwarded(c, slot >>> 5) & (1 << (slot & 31)))) return deliveryRules.off;
  const isOff = slot >= privateSlots && state.power[vcpu] === 'off';
  if (isOff || !isAimedAt(c, slot, vcpu)) return deliveryRules.target;
  return state.asleep[vcpu] ? redistributorRules.asleep : undefined;
}

/** Judges an observed load and applies it to the state. */
function judgeLoad(c: Context, event: LoadEvent): void {
  const { ledger, config } = c;
  const { vcpu, intid, index } = event;
  const text = () => `INTID ${intid} loaded into list register ${index} of vCPU ${vcpu}`;
  const inRange = c.isVcpu(vcpu) && c.isIntid(intid) && index >= 0 && index < config.listRegisters;
  ledger.that(listRules.range, inRange, () => 'a list register and an INTID that exist', text);
  if (!inRange) return;
  const lists = c.state.cpu(vcpu).lists;
  const taken = lists.find((list) => list.index === index);
  ledger.that(
    listRules.free,
    taken === undefined && event.accepted,
    () => `list register ${index} not loaded: it ${taken ? `holds INTID ${taken.intid}` : 'is free'}`,
    () => `${text()}${event.accepted ? '' : ', refused by the kernel'}`,
  );
  const slot = slotOf(vcpu, intid);
  const against = refusal(c, vcpu, slot);
  if (against !== undefined) ledger.break(against, `INTID ${intid} not given to vCPU ${vcpu}`, text());
  if (taken !== undefined || !event.accepted || against !== undefined) return;
  const list = enterList(c, vcpu, slot, index, true);
  list.sure = true;
  ledger.equal(listRules.priority, event.priority, list.priority, () => `INTID ${intid} with priority`);
  ledger.equal(listRules.group, event.group, list.group, () => `INTID ${intid} in group`);
}

/** Whether the guest has ended `list` but not deactivated it. Its priority then no longer holds others back. */
const isDropped = (c: Context, vcpu: number, list: ListRegister): boolean =>
  list.active && c.state.cpu(vcpu).ended.some((value) => (value & 0x3ff) === list.intid);

/** Whether `vcpu` has to take or end an interrupt in one of its list registers before it could take `slot`. */
function isBehind(c: Context, vcpu: number, slot: number): boolean {
  const priority = c.state.priority.get(slot) >>> 3;
  const group = c.state.group.has(slot) ? 1 : 0;
  return c.state.cpu(vcpu).lists.some((list) => {
    if (list.priority > priority) return false;
    return (list.pending && list.group === group) || (list.active && !isDropped(c, vcpu, list));
  });
}

/** Whether every target of `slot` has a free list register, and no other interrupt that goes first. */
function mustBeLoaded(c: Context, slot: number): boolean {
  for (let vcpu = 0; vcpu < c.config.vcpus; vcpu += 1) {
    if (!isAimedAt(c, slot, vcpu) || !takesPart(c, vcpu)) continue;
    const full = c.state.cpu(vcpu).lists.length >= c.config.listRegisters;
    if (full || isBehind(c, vcpu, slot)) return false;
  }
  return true;
}

/** The rule for the delivery of SGIs. In a GICv2 an SGI is pending once for each sender. */
export const sgiRuleOf = (c: Context): Rule =>
  c.config.gic === 3 ? systemInterfaceRules.sgi : deliveryRules.sgi;

/** The rule that requires `slot` to be delivered now. */
function demand(c: Context, vcpu: number, slot: number): Rule {
  const { state } = c;
  if (state.cpu(vcpu).lists.some((list) => isDropped(c, vcpu, list))) return deliveryRules.dropped;
  if (state.cpu(vcpu).lists.length > 0) return listRules.prompt;
  if (state.waited.has(slot)) return deliveryRules.waited;
  const byOrigin: Partial<Record<number, Rule>> = {
    [origins.again]: deliveryRules.again,
    [origins.left]: deliveryRules.left,
    [origins.sgi]: sgiRuleOf(c),
    [origins.guest]: deliveryRules.guest,
  };
  return byOrigin[state.origin.get(slot)] ?? deliveryRules.pending;
}

/** Requires a reason for every interrupt that still waits at the end of the step. */
function judgeWaiting(c: Context, vcpu: number, loadedNow: readonly ListRegister[]): void {
  const { ledger, state } = c;
  let missed = -1;
  let best = -1;
  eachWaiting(c, vcpu, (slot) => {
    if (state.unsure.has(slot)) return;
    // The VMM chooses which of several targets takes an SPI, so the SPI may be waiting for another vCPU.
    const alone = hasOneTarget(c, slot);
    if (alone && (best < 0 || state.priority.get(slot) < state.priority.get(best))) best = slot;
    if (missed < 0 && mustBeLoaded(c, slot)) missed = slot;
  });
  if (missed >= 0) {
    const where = `in a list register of vCPU ${vcpu}`;
    ledger.break(
      demand(c, vcpu, missed),
      `INTID ${intidOf(missed)} ${where}: it could be taken`,
      'not loaded',
    );
    return;
  }
  if (loadedNow.length > 0) ledger.hold(listRules.prompt);
  if (best < 0 || loadedNow.length === 0 || c.severalWrites) return;
  const worst = loadedNow.reduce((a, b) => (b.priority > a.priority ? b : a));
  const waits = state.priority.get(best) >>> 3;
  ledger.that(
    listRules.order,
    worst.priority <= waits,
    () => `INTID ${intidOf(best)} (priority ${waits}) loaded before INTID ${worst.intid} (${worst.priority})`,
    () => `INTID ${worst.intid} is in list register ${worst.index}, INTID ${intidOf(best)} waits`,
  );
}

/** Clears unsure latches that the VMM would have had to load: it did not, so they were not set. */
function resolveUnsure(c: Context, vcpu: number): void {
  eachWaiting(c, vcpu, (slot) => {
    if (c.state.unsure.has(slot) && mustBeLoaded(c, slot)) dropUnsure(c, slot);
  });
}

/** Marks the interrupts that have to wait, so that their later delivery counts for the rule `deliver.waited`. */
function markWaiting(c: Context): void {
  const { pending, loaded, waited } = c.state;
  for (let word = 0; word < pending.length; word += 1) {
    const left = pending.word(word) & ~loaded.word(word);
    if (left !== 0) waited.put(word, waited.word(word) | left);
  }
}

/**
 * Fills list registers on behalf of a VMM whose loads are not observed. An entry is not sure when the VMM may have
 * chosen another vCPU for it, or may have had no list register left because another entry is not sure.
 */
function fill(c: Context, vcpu: number): void {
  const { lists } = c.state.cpu(vcpu);
  const isFree = () => lists.filter((list) => list.sure).length < c.config.listRegisters;
  for (let best = mostUrgent(c, vcpu); best >= 0 && isFree(); best = mostUrgent(c, vcpu)) {
    const certain = hasOneTarget(c, best) && lists.length < c.config.listRegisters;
    enterList(c, vcpu, best, -1, certain);
  }
}

/** Ends a step: judges which interrupts the VMM has loaded, or assumes the loads where they are not observed. */
export function settle(c: Context, seen: Seen): void {
  if (c.config.witness === 'bare') return;
  if (!c.config.seesKernel) {
    for (let vcpu = 0; vcpu < c.config.vcpus; vcpu += 1) fill(c, vcpu);
  } else {
    const before = c.state.interfaces.map(({ lists }) => lists.length);
    for (const event of seen.events) if (event.kind === 'load') judgeLoad(c, event);
    for (let vcpu = 0; vcpu < c.config.vcpus && c.ledger.breaks.length === 0; vcpu += 1) {
      judgeWaiting(c, vcpu, c.state.cpu(vcpu).lists.slice(before[vcpu]));
      resolveUnsure(c, vcpu);
    }
  }
  markWaiting(c);
}
