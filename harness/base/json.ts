// SPDX-License-Identifier: BSD-2-Clause
/** Reads JSON from a disk or a wire, and checks it against a schema before using it. */
import * as v from 'valibot';
import { type Fault, HarnessError } from './error.js';

export type Schema<T> = v.GenericSchema<unknown, T>;

export interface JsonAbout {
  /** How errors name the text: `the platform of the board`. */
  what: string;
  where: string;
  fault: Fault;
  wayOut: string;
}

/** The parsed value. Throws HarnessError with the place of the first mismatch with the schema. */
export function readJson<T>(
  schema: Schema<T>,
  text: string,
  { what, where, fault, wayOut }: JsonAbout,
  reviver?: (key: string, value: unknown) => unknown,
): T {
  let data: unknown;
  try {
    data = JSON.parse(text, reviver);
  } catch (cause) {
    const message = `${what} cannot be read`;
    throw new HarnessError(fault, message, { where, got: (cause as Error).message, wayOut, cause });
  }
  return checkedJson(schema, data, { what, where, fault, wayOut });
}

/** The value. Throws HarnessError with the place of the first mismatch with the schema. */
export function checkedJson<T>(
  schema: Schema<T>,
  data: unknown,
  { what, where, fault, wayOut }: JsonAbout,
): T {
  const parsed = v.safeParse(schema, data);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const path = v.getDotPath(issue);
  throw new HarnessError(fault, `${what} cannot be read`, {
    where: path === null ? where : `${where}: ${path}`,
    expected: issue.expected ?? 'another value',
    got: issue.received,
    wayOut,
  });
}

/** The parsed value; undefined when the text is cut short or does not match the schema. */
export function jsonAs<T>(schema: Schema<T>, text: string): T | undefined {
  try {
    const parsed = v.safeParse(schema, JSON.parse(text));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
