// SPDX-License-Identifier: BSD-2-Clause
/** Calls that the VMM makes because of what the guest did: ack functions, acknowledgements to the kernel. */
import type { Context } from './context.js';
import { ackRules } from './interface-rules.js';
import type { Rule } from './rule.js';
import type { AckEvent, Seen } from './seen.js';

/** Ack functions and acknowledgements to the kernel: those that are due, and no others. */
export function judgeCalls(c: Context, seen: Seen): void {
  judgeAcks(c, seen);
  if (!c.config.seesKernel) return;
  const channels = seen.events.flatMap((event) => (event.kind === 'irqAck' ? [event.channel] : []));
  judgeCounts(c, ackRules.hardware, 'channel', channels, c.irqAcks, c.optionalIrqAcks);
  const timers = seen.events.flatMap((event) => (event.kind === 'vppiAck' ? [event.vcpu] : []));
  judgeCounts(c, ackRules.timer, 'timer of vCPU', timers, c.vppiAcks, c.optionalVppiAcks);
  for (const vcpu of timers) c.state.timerMasked.delete(vcpu);
}

/** Requires each of `due` in `got` once. Anything else in `got` must be in `optional`. */
function judgeCounts(
  c: Context,
  rule: Rule,
  label: string,
  got: number[],
  due: number[],
  optional: number[],
): void {
  if (got.length === 0 && due.length === 0) return;
  const left = [...got];
  const remove = (number: number) => {
    const place = left.indexOf(number);
    if (place >= 0) left.splice(place, 1);
    return place >= 0;
  };
  const missing = due.filter((number) => !remove(number));
  for (const number of optional) remove(number);
  const show = (list: number[]) => (list.length === 0 ? 'none' : `${label} ${list.join(', ')}`);
  c.ledger.that(
    rule,
    missing.length + left.length === 0,
    () => `acknowledged: ${show(due)}`,
    () => show(got),
  );
}

function judgeAcks(c: Context, seen: Seen): void {
  const { ledger } = c;
  const got = seen.events.filter((event): event is AckEvent => event.kind === 'ack');
  if (got.length === 0 && c.acks.length === 0) return;
  const show = (list: AckEvent[]) =>
    list.map((call) => `ack(${call.vcpu}, ${call.irq}, cookie ${call.cookie})`).join(', ') ||
    'no ack function called';
  const left = [...got];
  for (const want of c.acks) {
    const place = left.findIndex((call) => call.irq === want.irq);
    const [call] = place < 0 ? [] : left.splice(place, 1);
    if (call === undefined) ledger.break(ackRules.called, show([want]), show(got));
    else {
      ledger.hold(ackRules.called);
      ledger.that(
        ackRules.vcpu,
        call.vcpu === want.vcpu,
        () => show([want]),
        () => show([call]),
      );
      ledger.that(
        ackRules.cookie,
        call.cookie === want.cookie,
        () => show([want]),
        () => show([call]),
      );
    }
  }
  for (const want of c.optionalAcks) {
    const place = left.findIndex((call) => call.irq === want.irq && call.cookie === want.cookie);
    if (place >= 0) left.splice(place, 1);
  }
  const rule = c.acks.length > 0 ? ackRules.called : ackRules.never;
  if (left.length > 0) ledger.break(rule, show(c.acks), show(got));
  else ledger.hold(ackRules.never);
}
