// SPDX-License-Identifier: BSD-2-Clause
/**
 * The virtual timer. Its PPI is level-sensitive: it is pending while the timer asserts its line, or because
 * GICD_ISPENDR was written (IHI 0048B, 4.3.7 and 4.3.8). seL4 sends an event when the line is asserted, and masks the
 * line until the VMM has acknowledged the event.
 */
import type { Context } from './context.js';
import { deliveryRules } from './delivery-rules.js';
import { listOf, makePending, origins, perhapsMakePending, releaseHardware } from './pending.js';
import type { Seen, SeenEvent } from './seen.js';
import type { LineStep, TimerStep } from './step.js';

const slotOfTimer = (c: Context, vcpu: number): number => vcpu * 32 + c.config.virtualTimer;

/** The kernel sends its event, unless it masks the line. */
function fire(c: Context, vcpu: number): void {
  const { state } = c;
  const timer = state.timer(vcpu);
  const slot = slotOfTimer(c, vcpu);
  if (state.timerMasked.has(vcpu) && !timer.open) return;
  state.timerMasked.add(vcpu);
  const latched = state.pending.has(slot) && !state.unsure.has(slot);
  if (timer.open) perhapsMakePending(c, slot, origins.vmm);
  else if (!latched) makePending(c, slot, origins.vmm);
  timer.alone = !latched;
  timer.fell = false;
}

/**
 * The line is lowered. An interrupt that was pending only because of the line no longer is. One in a list register
 * stays there; where loads are not observed, it may have been in the distributor instead.
 */
function fall(c: Context, vcpu: number): void {
  const { state } = c;
  const timer = state.timer(vcpu);
  const slot = slotOfTimer(c, vcpu);
  timer.high = false;
  // Of two interrupts, of the line and of GICD_ISPENDR, either may be the one in the list register. If it is not the one
  // of the line, the VMM acknowledges that now.
  if (timer.both) c.optionalVppiAcks.push(vcpu);
  timer.both = false;
  if (!timer.alone) return;
  timer.alone = false;
  if (!state.pending.has(slot)) {
    const list = listOf(c, slot);
    timer.open ||= list?.pending === true && !list.sure;
    return;
  }
  for (const bits of [state.pending, state.unsure, state.waited]) bits.clear(slot);
  timer.fell = true;
  releaseHardware(c, slot);
}

const isJudged = (c: Context): boolean => {
  if (!c.state.initialised) c.unpredictable = 'the virtual timer fires before virq_controller_init';
  return c.state.initialised;
};

/** The line is asserted for a moment. The guest then exits, so that the VMM can see that the line is low again. */
export function judgeTimer(c: Context, step: TimerStep, seen: Seen): void {
  const { vcpu } = step;
  if (!isJudged(c)) return;
  fire(c, vcpu);
  c.state.timer(vcpu).high = false;
  const isLoad = (event: SeenEvent) =>
    event.kind === 'load' && event.vcpu === vcpu && event.intid === c.config.virtualTimer;
  if (!c.config.seesKernel) c.afterSettle.push(() => fall(c, vcpu));
  else if (!seen.events.some(isLoad)) fall(c, vcpu);
}

/** The line is raised or lowered and stays so. The guest then exits. */
export function judgeLine(c: Context, step: LineStep): void {
  if (!isJudged(c)) return;
  if (step.high) c.state.timer(step.vcpu).high = true;
  else fall(c, step.vcpu);
}

/** Sends the events of lines that are asserted and not masked. It runs after the VMM has handled the step itself. */
export function assertLines(c: Context): void {
  for (const [vcpu, timer] of c.state.timers.entries()) {
    if (!timer.high || (c.state.timerMasked.has(vcpu) && !timer.open)) continue;
    fire(c, vcpu);
    c.severalWrites = true;
  }
}

/** A vCPU that gets no interrupt exercises the rule that the timer's interrupt falls with its line. */
export function holdFallen(c: Context, vcpu: number): void {
  if (c.state.timer(vcpu).fell) c.ledger.hold(deliveryRules.level);
}
