// SPDX-License-Identifier: BSD-2-Clause
/** Compares two logs of a program. */
import type { Difference, FieldDifference } from './difference.js';
import type { Context, Known } from './known/context.js';
import type { Log, Seen } from './log.js';
import type { Program } from './program.js';

/** The first difference that no table entry explains, and the entries that explained earlier ones. */
export interface Comparison {
  difference: Difference | undefined;
  known: Known[];
}

function fieldDifferences(bare: Seen, vmm: Seen): FieldDifference[] {
  const names = new Set([...bare.keys(), ...vmm.keys()]);
  return [...names]
    .filter((field) => bare.get(field) !== vmm.get(field))
    .map((field) => ({ field, bare: bare.get(field), vmm: vmm.get(field) }));
}

/** The entry that explains a difference, or entries that together explain all of its fields; otherwise none. */
function explanations(table: readonly Known[], context: Context): Known[] {
  const { difference } = context;
  const explains = (fields: FieldDifference[]) =>
    table.find((entry) => entry.explains({ ...context, difference: { ...difference, fields } }));
  const whole = explains(difference.fields);
  if (whole !== undefined) return [whole];
  const parts = difference.fields.map((field) => explains([field]));
  return parts.every((entry) => entry !== undefined) ? [...new Set(parts)] : [];
}

/** Compares act by act, up to the first unknown difference, or a known one after which nothing can be compared. */
export function compare(program: Program, bare: Log, vmm: Log, table: readonly Known[]): Comparison {
  const known: Known[] = [];
  for (let place = 0; place <= program.acts.length; place += 1) {
    const act = program.acts[place];
    const mine = act === undefined ? bare.memory : bare.acts[place];
    const theirs = act === undefined ? vmm.memory : vmm.acts[place];
    const fields = fieldDifferences(mine ?? new Map(), theirs ?? new Map());
    if (fields.length === 0) continue;
    const difference = { place, act, fields };
    const entries = explanations(table, {
      difference,
      bare: mine ?? new Map(),
      vmm: theirs ?? new Map(),
      program,
    });
    if (entries.length === 0) return { difference, known };
    known.push(...entries);
    if (entries.some(({ ends }) => ends)) break;
  }
  return { difference: undefined, known };
}

/** Identifies a difference while the program around it is shrunk. */
export function signature({ act, fields }: Difference): string {
  const names = fields.map(({ field }) => field.replace(/^(x|v)\d+.*/, '$1').replace(/^arena.*/, 'memory'));
  const kind = act === undefined ? 'memory' : act.kind;
  const esr = fields.find(({ field }) => field === 'ESR');
  const classes = esr === undefined ? '' : `${(esr.bare ?? 0n) >> 26n}/${(esr.vmm ?? 0n) >> 26n}`;
  return `${kind} ${[...new Set(names)].sort().join(',')} ${classes}`;
}
