// SPDX-License-Identifier: BSD-2-Clause
/** Counts, rule by rule, what held and what broke. */
import { allRules, type Rule } from './rule.js';

/** The first disagreement between the model and what was seen. */
export interface Break {
  rule: Rule;
  /** Index of the step in its case. */
  step: number;
  expected: string;
  got: string;
}

const show = (value: number | bigint | boolean): string =>
  typeof value === 'boolean' ? String(value) : value < 0 ? String(value) : `0x${value.toString(16)}`;

export class Ledger {
  readonly held = new Uint32Array(allRules.length);
  readonly broken = new Uint32Array(allRules.length);
  /** Breaks of the case that runs now, in order. */
  breaks: Break[] = [];
  /** The same, of rules in {@link goesOn}. */
  passedOver: Break[] = [];
  /** Rules whose break leaves the model's state what it is: the rest of the case is judged all the same. */
  goesOn: ReadonlySet<Rule> = new Set();
  /** Step that is being judged. */
  step = 0;

  /** Begins another case; the counts go on. */
  begin(): void {
    this.breaks = [];
    this.passedOver = [];
    this.step = 0;
  }

  /** The rule was exercised and held. */
  hold(rule: Rule): void {
    this.held[rule.index] = (this.held[rule.index] ?? 0) + 1;
  }

  break(rule: Rule, expected: string, got: string): void {
    this.broken[rule.index] = (this.broken[rule.index] ?? 0) + 1;
    const list = this.goesOn.has(rule) ? this.passedOver : this.breaks;
    list.push({ rule, step: this.step, expected, got });
  }

  /** `got` must be `expected`. Texts are only made when it is not. */
  equal(
    rule: Rule,
    got: number | bigint | boolean,
    expected: number | bigint | boolean,
    label?: () => string,
  ): void {
    if (got === expected) this.hold(rule);
    else {
      const prefix = label === undefined ? '' : `${label()} `;
      this.break(rule, `${prefix}${show(expected)}`, `${prefix}${show(got)}`);
    }
  }

  /** `ok` must be true. */
  that(rule: Rule, ok: boolean, expected: () => string, got: () => string): void {
    if (ok) this.hold(rule);
    else this.break(rule, expected(), got());
  }

  /** Adds another ledger's counts to this one's. */
  add(other: Ledger): void {
    for (const { index } of allRules) {
      this.held[index] = (this.held[index] ?? 0) + (other.held[index] ?? 0);
      this.broken[index] = (this.broken[index] ?? 0) + (other.broken[index] ?? 0);
    }
  }
}
