// SPDX-License-Identifier: BSD-2-Clause
/** Counts for each rule how often it held and how often it broke. */
import type { Rule } from './rule.js';
import { allRules } from './rules.js';

/** A disagreement between the model and an observation. */
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
  /** Breaks of the current case, in order. */
  breaks: Break[] = [];
  /** Breaks of rules in {@link goesOn}, in order. */
  passedOver: Break[] = [];
  /** Rules whose break does not affect the model's state. After such a break the rest of the case is still judged. */
  goesOn: ReadonlySet<Rule> = new Set();
  /** Index of the step that is being judged. */
  step = 0;

  /** Begins another case. The counts are kept. */
  begin(): void {
    this.breaks = [];
    this.passedOver = [];
    this.step = 0;
  }

  /** Counts that a rule was exercised and held. */
  hold(rule: Rule): void {
    this.held[rule.index] = (this.held[rule.index] ?? 0) + 1;
  }

  break(rule: Rule, expected: string, got: string): void {
    this.broken[rule.index] = (this.broken[rule.index] ?? 0) + 1;
    const list = this.goesOn.has(rule) ? this.passedOver : this.breaks;
    list.push({ rule, step: this.step, expected, got });
  }

  /** Requires `got` to be `expected`. Texts are made only when it is not. */
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

  /** Requires `ok`. */
  that(rule: Rule, ok: boolean, expected: () => string, got: () => string): void {
    if (ok) this.hold(rule);
    else this.break(rule, expected(), got());
  }

  /** Adds the counts of another ledger. */
  add(other: Ledger): void {
    for (const { index } of allRules) {
      this.held[index] = (this.held[index] ?? 0) + (other.held[index] ?? 0);
      this.broken[index] = (this.broken[index] ?? 0) + (other.broken[index] ?? 0);
    }
  }
}
