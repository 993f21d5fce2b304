// SPDX-License-Identifier: BSD-2-Clause
/** Exceptions that a step takes in the guest, and PSTATE after a step without one. */
import { accessRules as rules } from './access-rules.js';
import type { Context } from './context.js';
import { isEl0, pstateOf, vectorOf } from './pstate.js';
import type { Rule } from './rule.js';
import type { Seen } from './seen.js';

/** Bits of ESR_EL1 that are judged: all but EA, which is IMPLEMENTATION DEFINED. */
const judgedSyndrome = ~0x200;

/** The lowest bit of an abort's exception class (ESR_EL1.EC). It is 0 for an abort taken from EL0. */
const fromSameLevel = 1 << 26;

/** Judges an exception taken in the guest: its vector, syndrome, addresses and saved PSTATE. */
export function judgeException(
  c: Context,
  state: number | undefined,
  seen: Seen,
  esr: number,
  far?: bigint,
  rule: Rule = far === undefined ? rules.undefined : rules.abort,
): void {
  const { ledger } = c;
  const { outcome } = seen;
  if (outcome.kind !== 'exception') {
    const name = far === undefined ? 'an undefined instruction' : 'a data abort';
    ledger.break(rule, `${name} in the guest`, `its PC: ${outcome.kind}`);
    return;
  }
  const want = far !== undefined && isEl0(state) ? esr & ~fromSameLevel : esr;
  ledger.equal(rule, (outcome.esr & judgedSyndrome) >>> 0, (want & judgedSyndrome) >>> 0, () => 'ESR_EL1 =');
  if (far !== undefined) ledger.equal(rule, outcome.far, far, () => 'FAR_EL1 =');
  ledger.equal(rules.vector, outcome.vector, vectorOf(state), () => 'vector');
  ledger.equal(rules.vector, outcome.elr, 0n, () => 'ELR_EL1, from the instruction on, =');
  ledger.equal(rules.vector, outcome.spsr, pstateOf(state), () => 'SPSR_EL1 =');
  const [change] = seen.changes;
  ledger.that(
    rules.register,
    change === undefined,
    () => 'no general-purpose register changed by an exception',
    () => `x${change?.number} = 0x${change?.value.toString(16)}`,
  );
}

/** Requires that an emulated instruction has left PSTATE alone. */
export function judgePstate(c: Context, state: number | undefined, { outcome }: Seen): void {
  if (outcome.kind !== 'next' || outcome.pstate === undefined) return;
  c.ledger.equal(rules.pstate, outcome.pstate, pstateOf(state), () => 'PSTATE =');
}
