// SPDX-License-Identifier: BSD-2-Clause
/** Types of a lab file's tables, derived from their schema: as they are written, and with defaults filled in. */
import type { Field, Fields } from './schema.js';

type Plain<F> = F extends { kind: 'text'; among: readonly (infer Word)[] }
  ? Word
  : F extends { kind: 'text' }
    ? string
    : F extends { kind: 'number' }
      ? number
      : F extends { kind: 'switch' }
        ? boolean
        : F extends { kind: 'texts' }
          ? readonly string[]
          : never;

type WrittenValue<F> = F extends { kind: 'table'; fields: infer T extends Fields }
  ? Written<T>
  : F extends { kind: 'word or table'; among: readonly (infer Word)[]; fields: infer T extends Fields }
    ? Word | Written<T>
    : Plain<F>;

/** A table that satisfies the schema. */
export type Written<T extends Fields> = { readonly [K in keyof T]?: WrittenValue<T[K]> };

type FilledValue<F> = F extends { kind: 'table'; fields: infer T extends Fields }
  ? Filled<T>
  : F extends { kind: 'word or table'; among: readonly (infer Word)[]; fields: infer T extends Fields }
    ? Word | Filled<T>
    : F extends { required: true } | { otherwise: unknown }
      ? Plain<F>
      : Plain<F> | undefined;

/** The same table with the defaults of absent keys. */
export type Filled<T extends Fields> = { readonly [K in keyof T]: FilledValue<T[K]> };

/** Fills in the defaults of a table that satisfies the schema, and of every table in it. */
export function filled<T extends Fields>(table: Written<T>, fields: T): Filled<T> {
  const values = Object.entries(fields).map(([key, field]) => [key, valueIn(table[key], field)]);
  return Object.fromEntries(values);
}

function valueIn(value: unknown, field: Field): unknown {
  const isTable = typeof value === 'object' && value !== null;
  if (field.kind === 'table') return filled((value ?? {}) as Written<Fields>, field.fields);
  if (field.kind === 'word or table' && isTable) return filled(value as Written<Fields>, field.fields);
  return value ?? ('otherwise' in field ? field.otherwise : undefined);
}
