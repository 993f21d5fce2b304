// SPDX-License-Identifier: BSD-2-Clause
/**
 * Rules: the claims of the model, each with its source.
 *
 * A rule is defined once, beside the code that checks it. A {@link Ledger} counts how often it held and broke. The
 * reports and `docs/rules.md` are made from the same definitions.
 */

import type { SentenceId } from './sentences.js';

/** The source of a rule. */
export type Source =
  /** A sentence of the API text, by its id in `sentences.ts`. */
  | { readonly api: SentenceId }
  /** A published document and its section. */
  | { readonly document: string; readonly section: string };

/** A rule as the files of rules define it. */
export interface RuleDefinition {
  /** The claim, as one sentence. */
  readonly says: string;
  readonly from: readonly Source[];
  /**
   * What a target must report for the rule to be judged. `kernel`: loads of list registers and acknowledgements to the
   * kernel. `memory`: accesses to memory that does not belong to the VMM. `stage1`: steps with the guest's MMU on.
   */
  readonly needs?: 'kernel' | 'memory' | 'stage1';
  /** Version of the interrupt controller that the rule applies to; both when not given. */
  readonly gic?: 2 | 3;
  /** The choice that was made where the sources are silent or leave it open, and why. */
  readonly choice?: string;
}

export interface Rule extends RuleDefinition {
  /** `topic.name`. It does not change: case files and lists of deviations refer to it. */
  readonly id: string;
  /** Index in `allRules` and in the counters of a ledger. */
  readonly index: number;
}

/** The rules of a topic by name. */
type Topic = Readonly<Record<string, Rule>>;

/** Makes the rules of one topic. They have no index yet: `rules.ts` puts the topics in order. */
export function defineRules<T extends Record<string, RuleDefinition>>(
  topic: string,
  definitions: T,
  common: Pick<RuleDefinition, 'gic'> = {},
): { readonly [K in keyof T]: Rule } {
  const rules: Record<string, Rule> = {};
  for (const [name, definition] of Object.entries(definitions))
    rules[name] = { ...common, ...definition, id: `${topic}.${name}`, index: -1 };
  return rules as { readonly [K in keyof T]: Rule };
}

/** The rules of all topics, numbered. Throws when two have the same id. */
export function inOrder(topics: readonly Topic[]): readonly Rule[] {
  const rules = topics.flatMap((topic) => Object.values(topic));
  const ids = new Set<string>();
  for (const [index, rule] of rules.entries()) {
    if (ids.has(rule.id)) throw new Error(`rule ${rule.id} is defined twice`);
    ids.add(rule.id);
    Object.assign(rule, { index });
  }
  return rules;
}

/** A sentence of the API text. */
export const api = (sentence: SentenceId): Source => ({ api: sentence });
/** Arm Generic Interrupt Controller Architecture Specification, GIC architecture version 2.0 (IHI 0048B.b). */
export const gic = (section: string): Source => ({ document: 'IHI 0048B', section });
/** Arm Generic Interrupt Controller Architecture Specification, GIC architecture version 3 and 4 (IHI 0069). */
export const gicV3 = (section: string): Source => ({ document: 'IHI 0069', section });
/** Arm Architecture Reference Manual for A-profile architecture (DDI 0487). */
export const arm = (section: string): Source => ({ document: 'DDI 0487', section });
/** Arm Power State Coordination Interface (DEN 0022). */
export const psci = (section: string): Source => ({ document: 'DEN 0022', section });
/** SMC Calling Convention (DEN 0028). */
export const smccc = (section: string): Source => ({ document: 'DEN 0028', section });
/** Linux, Documentation/arm64/booting.rst. */
export const linuxBoot = (section: string): Source => ({ document: 'Linux booting.rst (arm64)', section });
/** Devicetree Specification 0.4. */
export const deviceTree = (section: string): Source => ({ document: 'Devicetree Specification', section });
/** The seL4 reference manual. */
export const sel4 = (section: string): Source => ({ document: 'seL4 manual', section });
