// SPDX-License-Identifier: BSD-2-Clause
/**
 * The reference model. It follows a case step by step and judges the observation of each step by its rules.
 *
 * It is an executable specification, not a second VMM: where the sources leave a choice, it takes the choice from the
 * observation and continues from there.
 */

import { judgeAccess } from './access.js';
import { accessRules } from './access-rules.js';
import { apiRules, guestRules } from './api-rules.js';
import { judgeCalls } from './calls.js';
import type { ModelConfig } from './config.js';
import { Context } from './context.js';
import { settle } from './delivery.js';
import { deactivate, end } from './ending.js';
import { judgeException, judgePstate } from './exception.js';
import { redistributorsOf } from './frames.js';
import { restart, start, stop } from './guest-life.js';
import { judgeImages } from './images.js';
import { handle, init, inject, register, registerPassthrough } from './interrupt-calls.js';
import { Ledger } from './ledger.js';
import { judgeMapped } from './mapped.js';
import { judgeSmc } from './psci.js';
import { psciRules } from './psci-rules.js';
import type { Seen } from './seen.js';
import type { ApiStep, GuestStep, HandlerStep, Step, SystemRegisterStep, WaitStep } from './step.js';
import { judgeSystemInterface } from './system-interface.js';
import { judgeTaken } from './taking.js';
import { assertLines, judgeLine, judgeTimer } from './timer.js';

/** ESR_EL1 of an undefined instruction: EC 0, 32-bit instruction. */
const undefinedInstruction = 0x0200_0000;

export class Model {
  readonly context: Context;

  constructor(
    config: ModelConfig,
    readonly ledger: Ledger = new Ledger(),
  ) {
    this.context = new Context(config, ledger);
  }

  /** Begins another case on a new machine. */
  begin(): void {
    this.ledger.begin();
    this.context.reset();
  }

  /**
   * Judges one step.
   *
   * @returns false when the rest of the case cannot be judged: a rule broke, or the sources make the outcome
   * UNPREDICTABLE
   */
  step(step: Step, seen: Seen): boolean {
    const c = this.context;
    const { ledger } = this;
    c.beginStep();
    const refused = seen.events.find((event) => event.kind === 'refused');
    if (refused?.kind === 'refused') {
      const text = `invocation ${refused.label} was answered with error ${refused.error}`;
      ledger.break(apiRules.refused, 'no system call refused', text);
    } else if (c.config.seesKernel) ledger.hold(apiRules.refused);
    if (isGuestStep(step)) guestStep(c, step, seen);
    else {
      ledger.hold(apiRules.complete);
      (apiSteps[step.op] as AnyJudge)(c, step, seen);
    }
    if (ledger.breaks.length === 0 && c.unpredictable === undefined) {
      judgeCalls(c, seen);
      assertLines(c);
      settle(c, seen);
      for (const follow of c.afterSettle) follow();
    }
    ledger.step += 1;
    return ledger.breaks.length === 0 && c.unpredictable === undefined;
  }

  /** Why judging ended before the case did, when no rule broke. */
  get unpredictable(): string | undefined {
    return this.context.unpredictable;
  }
}

/** A judge for each kind of step. */
type Judges<S extends Step> = {
  readonly [K in S['op']]: (c: Context, step: Extract<S, { op: K }>, seen: Seen) => void;
};

const apiSteps: Judges<ApiStep> = {
  init: (c, step, seen) => init(c, step, seen.result),
  register: (c, step, seen) => register(c, step, seen.result),
  inject: (c, step, seen) => inject(c, step, seen.result),
  passthrough: (c, step, seen) => registerPassthrough(c, step, seen.result),
  handle: (c, step, seen) => handle(c, step, seen.result),
  start,
  stop,
  restart,
  handler: registerHandler,
  images: judgeImages,
};

const guestSteps: Judges<GuestStep> = {
  access: judgeAccess,
  mapped: judgeMapped,
  take: (c, step, seen) => judgeTaken(c, step.vcpu, Number(seen.result & 0xffff_ffffn)),
  end: (c, step) => end(c, step.vcpu),
  deactivate: (c, step) => deactivate(c, step.vcpu),
  smc: judgeSmc,
  sysreg: (c, step, seen) => {
    if (!judgeSystemInterface(c, step, seen)) judgeSystemRegister(c, step, seen);
    judgePstate(c, step.state, seen);
  },
  wait: judgeWait,
  timer: judgeTimer,
  line: judgeLine,
};

const isGuestStep = (step: Step): step is GuestStep => step.op in guestSteps;

/** A judge without the type of its step. The tables above match judge and step. */
type AnyJudge = (c: Context, step: Step, seen: Seen) => void;

/** A vCPU that is not running does nothing; any other outcome breaks the rule that stopped it. */
function judgeIdle(c: Context, step: GuestStep, seen: Seen): void {
  const power = c.state.power[step.vcpu];
  const rule = power === 'stopped' ? guestRules.stop : psciRules.cpuOff;
  c.ledger.that(
    rule,
    seen.outcome.kind === 'idle',
    () => `vCPU ${step.vcpu} does not run`,
    () => 'it ran',
  );
}

function guestStep(c: Context, step: GuestStep, seen: Seen): void {
  if (!c.isVcpu(step.vcpu)) throw new RangeError(`no vCPU ${step.vcpu}: ${JSON.stringify(step.op)}`);
  const { state, ledger } = c;
  if (state.power[step.vcpu] === 'waiting' && c.state.cpu(step.vcpu).lists.length > 0) {
    const awake = seen.outcome.kind !== 'idle';
    ledger.that(
      guestRules.wait,
      awake,
      () => `vCPU ${step.vcpu} is awake`,
      () => 'it still waits',
    );
    if (!awake) return;
    state.power[step.vcpu] = 'on';
  }
  if (state.power[step.vcpu] === 'waiting' && seen.outcome.kind !== 'idle') state.power[step.vcpu] = 'on';
  if (state.power[step.vcpu] === 'waiting') return;
  if (state.power[step.vcpu] !== 'on') {
    judgeIdle(c, step, seen);
    return;
  }
  if (seen.outcome.kind === 'idle') {
    ledger.break(guestRules.start, `vCPU ${step.vcpu} runs`, 'it does not');
    return;
  }
  (guestSteps[step.op] as AnyJudge)(c, step, seen);
}

/** Registers with CRn 11 or 15 are IMPLEMENTATION DEFINED (DDI 0487): a physical CPU may have them. */
function judgeSystemRegister(c: Context, step: SystemRegisterStep, seen: Seen): void {
  const isOfCpu = [11, 15].includes((step.encoding >>> 7) & 15);
  if (isOfCpu && !c.config.seesKernel && seen.outcome.kind === 'next')
    c.unpredictable = 'the CPU has this register';
  else judgeException(c, step.state, seen, undefinedInstruction);
}

function judgeWait(c: Context, step: WaitStep, seen: Seen): void {
  const { kind } = seen.outcome;
  const ready = c.state.cpu(step.vcpu).lists.length > 0;
  const allowed = ready ? kind === 'next' : kind === 'next' || kind === 'off';
  c.ledger.that(
    guestRules.wait,
    allowed,
    () => (ready ? 'next' : 'next, or waiting'),
    () => kind,
  );
  if (kind === 'off') c.state.power[step.vcpu] = 'waiting';
}

function registerHandler(c: Context, step: HandlerStep, seen: Seen): void {
  const { state, ledger, config } = c;
  const last = step.base + step.size - 1n;
  const frames = [config.distributor, redistributorsOf(config)].filter(({ size }) => size > 0);
  const own = frames.map(({ base, size }) => ({ base: BigInt(base), size: BigInt(size) }));
  const isFree = (ranges: readonly { base: bigint; size: bigint }[]) =>
    ranges.every(({ base, size }) => step.base > base + size - 1n || last < base);
  const fits = step.size > 0n && last <= 0xffff_ffff_ffff_ffffn && isFree(state.ranges);
  const answer = (seen.result & 0xffn) !== 0n;
  const mayBeEither = fits && !state.initialised && !isFree(own);
  const right = mayBeEither ? answer : fits && isFree(own);
  ledger.equal(accessRules.handlerOk, answer, right);
  if (right) state.ranges.push({ base: step.base, size: step.size, id: step.id });
}
