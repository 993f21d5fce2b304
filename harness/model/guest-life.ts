// SPDX-License-Identifier: BSD-2-Clause
/** guest_start, guest_stop and guest_restart. */
import { guestRules as rules } from './api-rules.js';
import type { Context } from './context.js';
import { aim } from './interrupt-calls.js';
import type { Rule } from './rule.js';
import type { Seen, StartEvent } from './seen.js';
import { intidOf, privateSlots } from './slots.js';
import { resetController } from './state.js';
import type { RestartStep, StartStep } from './step.js';

const bool = (result: bigint): boolean => (result & 0xffn) !== 0n;

/** PSTATE at a vCPU's start: EL1h, D, A, I and F masked (booting.rst; DEN 0022, Initial core configuration). */
const el1h = 5;
const masks = 0x3c0;
const modeBits = 0x1f;
/** SCTLR_EL1.M: the MMU is on. */
const sctlrMmu = 1n;

interface Beginning {
  vcpu: number;
  pc: bigint;
  x0: bigint;
  pcRule: Rule;
  stateRule: Rule;
}

/** Judges the start of a vCPU: exactly once, at the right address, with the right registers. */
export function judgeStart(c: Context, seen: Seen, want: Beginning): void {
  const starts = seen.events.filter((event): event is StartEvent => event.kind === 'start');
  const start = starts.at(-1);
  if (!c.config.seesKernel && start === undefined) return;
  const show = (pc: bigint, x0: bigint) =>
    `vCPU ${want.vcpu} at 0x${pc.toString(16)}, x0 = 0x${x0.toString(16)}`;
  c.ledger.that(
    want.pcRule,
    starts.length === 1 && start?.vcpu === want.vcpu && start.pc === want.pc && start.x0 === want.x0,
    () => show(want.pc, want.x0),
    () => starts.map(({ pc, x0 }) => show(pc, x0)).join('; ') || 'no vCPU was started',
  );
  if (start === undefined) return;
  const right =
    (start.pstate & modeBits) === el1h && (start.pstate & masks) === masks && (start.sctlr & sctlrMmu) === 0n;
  c.ledger.that(
    want.stateRule,
    right && (want.stateRule !== rules.startRegisters || start.clean),
    () => 'PSTATE EL1h with DAIF set, SCTLR_EL1.M clear, x1 to x30 zero',
    () =>
      `PSTATE 0x${start.pstate.toString(16)}, SCTLR_EL1 0x${start.sctlr.toString(16)}, x1 to x30 ${start.clean ? '' : 'not '}zero`,
  );
}

function isEntry(c: Context, pc: bigint): boolean {
  const { base, size } = c.config.ram;
  return pc >= BigInt(base) && pc <= BigInt(base + size - 4) && pc % 4n === 0n;
}

export function start(c: Context, step: StartStep, seen: Seen): void {
  const { state, ledger } = c;
  const result = bool(seen.result);
  if (!c.isVcpu(step.vcpu)) {
    ledger.equal(rules.startVcpu, result, false);
    return;
  }
  if (!isEntry(c, step.pc)) {
    ledger.equal(rules.startEntry, result, false);
    return;
  }
  ledger.equal(state.hasRun ? rules.startAgain : rules.start, result, true);
  begin(c, step.vcpu);
  judgeStart(c, seen, {
    vcpu: step.vcpu,
    pc: step.pc,
    x0: step.dtb,
    pcRule: rules.start,
    stateRule: rules.startRegisters,
  });
}

export function stop(c: Context): void {
  const { power } = c.state;
  power.forEach((state, vcpu) => {
    if (state === 'on' || state === 'waiting') power[vcpu] = 'stopped';
  });
}

/** Entry point and device tree that the target gives for a restarted guest, as offsets from the start of RAM. */
export const restartEntry = 0x8_0000;
export const restartDeviceTree = 0x10_0000;

/**
 * Expects acknowledgements for interrupts that were pending or in a list register: the new guest starts without them.
 */
function releaseAll(c: Context): void {
  const { state, config } = c;
  for (const [slot, registration] of state.registrations) {
    const busy = state.loaded.has(slot) || state.pending.has(slot);
    if (registration.kind === 'plain' && busy)
      for (let vcpu = 0; vcpu < config.vcpus; vcpu += 1)
        c.optionalAcks.push({ kind: 'ack', vcpu, irq: intidOf(slot), cookie: registration.cookie });
    if (registration.kind !== 'passthrough') continue;
    if (state.masked.delete(slot)) c.irqAcks.push(registration.channel);
    else c.optionalIrqAcks.push(registration.channel);
  }
  for (let vcpu = 0; vcpu < config.vcpus; vcpu += 1) {
    if (state.timerMasked.delete(vcpu)) c.vppiAcks.push(vcpu);
    else c.optionalVppiAcks.push(vcpu);
  }
}

/** Starts the boot vCPU and turns the others off. After an earlier run, resets all of the guest's state. */
function begin(c: Context, bootVcpu: number): void {
  const { state, config } = c;
  if (state.hasRun) {
    releaseAll(c);
    resetController(state, config);
    for (const [slot, { vcpu }] of state.registrations) if (slot >= privateSlots) aim(c, slot, vcpu);
    state.startedAgain = true;
    state.asNew = true;
  }
  state.hasRun = true;
  state.power.fill('off');
  state.power[bootVcpu] = 'on';
}

export function restart(c: Context, step: RestartStep, seen: Seen): void {
  const { ledger, config } = c;
  const result = bool(seen.result);
  if (!c.isVcpu(step.vcpu)) {
    ledger.equal(rules.restartVcpu, result, false);
    return;
  }
  ledger.equal(rules.restart, result, true);
  begin(c, step.vcpu);
  judgeStart(c, seen, {
    vcpu: step.vcpu,
    pc: BigInt(config.ram.base + restartEntry),
    x0: BigInt(config.ram.base + restartDeviceTree),
    pcRule: rules.restart,
    stateRule: rules.startRegisters,
  });
}
