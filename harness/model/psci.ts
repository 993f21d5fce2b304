// SPDX-License-Identifier: BSD-2-Clause
/** Power of vCPUs: PSCI and SMCCC calls by SMC (DEN 0022, DEN 0028). */
import type { Context } from './context.js';
import { judgeStart } from './guest-life.js';
import { leave } from './power-off.js';
import { psciRules as rules } from './psci-rules.js';
import type { Rule } from './rule.js';
import type { Seen } from './seen.js';
import type { SmcStep } from './step.js';

/** Function identifiers. The 64-bit variant of a function also has bit 30 set. */
export const functions = {
  smcccVersion: 0x8000_0000,
  archFeatures: 0x8000_0001,
  version: 0x8400_0000,
  cpuSuspend: 0x8400_0001,
  cpuOff: 0x8400_0002,
  cpuOn: 0x8400_0003,
  affinityInfo: 0x8400_0004,
  migrateInfoType: 0x8400_0006,
  systemOff: 0x8400_0008,
  systemReset: 0x8400_0009,
  features: 0x8400_000a,
} as const;
const wide = 0x4000_0000;

/** Return codes (DEN 0022, Return error codes). */
const codes = {
  success: 0,
  notSupported: -1,
  invalidParameters: -2,
  alreadyOn: -4,
  invalidAddress: -9,
} as const;

/** Functions for which PSCI_FEATURES returns 0. */
const implemented: readonly number[] = [
  functions.smcccVersion,
  functions.version,
  functions.cpuSuspend,
  functions.cpuSuspend + wide,
  functions.cpuOff,
  functions.cpuOn,
  functions.cpuOn + wide,
  functions.affinityInfo,
  functions.affinityInfo + wide,
  functions.migrateInfoType,
  functions.systemOff,
  functions.systemReset,
  functions.features,
];

const low32 = (value: bigint): number => Number(value & 0xffff_ffffn);

/** The vCPU that an MPIDR names by its Aff0; -1 when it does not exist. */
function vcpuOf(c: Context, target: bigint): number {
  return target < BigInt(c.config.vcpus) ? Number(target) : -1;
}

interface Answer {
  rule: Rule;
  /** The return codes that are right. */
  allowed: readonly number[];
}

const answer = (rule: Rule, ...allowed: number[]): Answer => ({ rule, allowed });

/** Whether an entry point is valid: in guest RAM, at a multiple of 4. */
function isEntry(c: Context, entry: bigint): boolean {
  const { base, size } = c.config.ram;
  return entry % 4n === 0n && entry >= BigInt(base) && entry < BigInt(base) + BigInt(size);
}

/** Bits of power_state in its original format: StateType, the reserved bits, and the power level. */
const powerdown = 0x1_0000;
const reservedState = 0xfcfe_0000 | 0;
const powerLevel = 0x0300_0000;

/** CPU_SUSPEND: an error code, or SUCCESS after it has waited as WFI does. */
function cpuSuspend(c: Context, state: number, entry: bigint): Answer {
  const { invalidAddress, invalidParameters, success } = codes;
  if (state & reservedState) return answer(rules.suspendState, invalidParameters);
  if (state & powerLevel) return answer(rules.suspendState, invalidParameters, success);
  if ((state & powerdown) === 0 || isEntry(c, entry)) return answer(rules.suspend, success);
  return answer(rules.suspend, success, invalidAddress, invalidParameters);
}

function cpuOn(c: Context, target: bigint, entry: bigint): Answer {
  const vcpu = vcpuOf(c, target);
  const outside = !isEntry(c, entry);
  if (vcpu < 0)
    return outside
      ? answer(rules.cpuOnTarget, codes.invalidParameters, codes.invalidAddress)
      : answer(rules.cpuOnTarget, codes.invalidParameters);
  if (c.state.power[vcpu] !== 'off')
    return outside
      ? answer(rules.cpuOnAlready, codes.alreadyOn, codes.invalidAddress, codes.invalidParameters)
      : answer(rules.cpuOnAlready, codes.alreadyOn);
  if (outside) return answer(rules.cpuOnAddress, codes.invalidAddress, codes.invalidParameters);
  return answer(rules.cpuOn, codes.success);
}

function affinity(c: Context, target: bigint, level: bigint): Answer {
  const vcpu = vcpuOf(c, target);
  // Fields below the level are ignored. All vCPUs are in the instance whose other fields are 0.
  const below = level >= 1n && level <= 3n ? (1n << (8n * level)) - 1n : 0n;
  if (below !== 0n && (target & ~below) === 0n)
    return answer(rules.affinityTarget, codes.invalidParameters, codes.success);
  if (vcpu < 0 || level !== 0n) return answer(rules.affinityTarget, codes.invalidParameters);
  return answer(rules.affinityInfo, c.state.power[vcpu] === 'off' ? 1 : 0);
}

const yesNo = (yes: boolean): number => (yes ? codes.success : codes.notSupported);

/** The result that a call must return. */
function expectation(c: Context, id: number, x1: bigint, x2: bigint): Answer {
  const { implementation } = c.config;
  switch (id) {
    case functions.version:
      return answer(rules.version, implementation.psciVersion);
    case functions.smcccVersion:
      return answer(rules.smcccVersion, implementation.smcccVersion);
    case functions.archFeatures: {
      const known = low32(x1) === functions.smcccVersion || low32(x1) === functions.archFeatures;
      return answer(rules.archFeatures, yesNo(known));
    }
    case functions.features:
      return answer(rules.features, yesNo(implemented.includes(low32(x1))));
    case functions.cpuSuspend:
      return cpuSuspend(c, low32(x1), BigInt(low32(x2)));
    case functions.cpuSuspend + wide:
      return cpuSuspend(c, low32(x1), x2);
    case functions.migrateInfoType:
      return answer(rules.migrate, 2);
    case functions.cpuOn:
      return cpuOn(c, BigInt(low32(x1)), BigInt(low32(x2)));
    case functions.cpuOn + wide:
      return cpuOn(c, x1, x2);
    case functions.affinityInfo:
      return affinity(c, BigInt(low32(x1)), BigInt(low32(x2)));
    case functions.affinityInfo + wide:
      return affinity(c, x1, x2 & 0xffff_ffffn);
    default:
      return answer(rules.unknown, codes.notSupported);
  }
}

/** Judges calls that do not return. */
function judgeEnd(c: Context, step: SmcStep, id: number, seen: Seen): void {
  const { state, ledger } = c;
  const rule =
    { [functions.cpuOff]: rules.cpuOff, [functions.systemOff]: rules.systemOff }[id] ?? rules.systemReset;
  if (id === functions.cpuOff) state.power[step.vcpu] = 'off';
  else state.power.fill('off');
  const last = state.power.every((power) => power === 'off');
  if (!last && c.config.witness === 'vmm') leave(c, step.vcpu);
  const reason = id === functions.cpuOff ? 'cpus' : id === functions.systemOff ? 'off' : 'reset';
  const ended = seen.events.flatMap((event) => (event.kind === 'ended' ? [event.reason] : []));
  ledger.that(
    rule,
    seen.outcome.kind === 'off',
    () => 'the vCPU does not run on',
    () => `its PC: ${seen.outcome.kind}`,
  );
  if (!last || (id === functions.cpuOff && ended.length === 0)) return;
  ledger.that(
    rule,
    ended.length === 1 && ended[0] === reason,
    () => `the VMM is told once: ${reason}`,
    () => `told: ${ended.join(', ') || 'nothing'}`,
  );
}

/** Judges one SMC and applies it to the state. */
export function judgeSmc(c: Context, step: SmcStep, seen: Seen): void {
  const { ledger, state } = c;
  const id = low32(step.x0);
  if (id === functions.cpuOff || id === functions.systemOff || id === functions.systemReset) {
    judgeEnd(c, step, id, seen);
    return;
  }
  const { rule, allowed } = expectation(c, id, step.x1, step.x2);
  const suspends = (id & ~wide) >>> 0 === functions.cpuSuspend && allowed.includes(codes.success);
  if (suspends && seen.outcome.kind === 'off') {
    ledger.that(
      rules.suspend,
      state.cpu(step.vcpu).lists.every((list) => !list.sure),
      () => 'an answer: an interrupt is in a list register',
      () => 'it waits',
    );
    state.power[step.vcpu] = 'waiting';
    return;
  }
  ledger.that(
    rules.next,
    seen.outcome.kind === 'next',
    () => 'next',
    () => seen.outcome.kind,
  );
  const change = seen.changes.find(({ number }) => number === 0);
  const x0 = change === undefined ? step.x0 : change.value;
  const bits = id & wide ? 64 : 32;
  const got = bits === 64 ? BigInt.asIntN(64, x0) : BigInt.asIntN(32, x0);
  ledger.that(
    rule,
    allowed.some((code) => BigInt.asIntN(bits, BigInt(code)) === got),
    () => `answer ${allowed.join(' or ')}`,
    () => `answer ${got}`,
  );
  const other = seen.changes.find(({ number }) => number > 3);
  ledger.that(
    rules.registers,
    other === undefined,
    () => 'x4 to x30 as before',
    () => `x${other?.number} is 0x${other?.value.toString(16)}`,
  );
  if (rule !== rules.cpuOn || got !== 0n) return;
  const narrow = (id & wide) === 0;
  const target = vcpuOf(c, narrow ? BigInt(low32(step.x1)) : step.x1);
  const entry = narrow ? BigInt(low32(step.x2)) : step.x2;
  const context = narrow ? BigInt(low32(step.x3)) : step.x3;
  state.power[target] = 'on';
  judgeStart(c, seen, {
    vcpu: target,
    pc: entry,
    x0: context,
    pcRule: rules.cpuOn,
    stateRule: rules.cpuOnState,
  });
}
