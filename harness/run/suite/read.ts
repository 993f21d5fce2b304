// SPDX-License-Identifier: BSD-2-Clause
/** Finds and reads vmm-suite.toml. Everything is checked, with its place, before anything is built. */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import * as v from 'valibot';
import { HarnessError } from '../../base/error.js';
import { limits } from '../../base/limits.js';
import { readRegularFile } from '../../base/read-file.js';
import { nearest } from '../../base/spelling.js';
import { readToml } from '../../base/toml.js';
import { builtIns, misfits } from '../checks/built-in.js';
import { checkGuests } from './check-guests.js';
import { checkDisk } from './devices.js';
import { checkName, type Suite, type SuiteCheck, suiteSchema } from './suite.js';

export const suiteFile = 'vmm-suite.toml';

/** A suite and the folder that its paths and commands are relative to. */
export interface LoadedSuite {
  suite: Suite;
  file: string;
  folder: string;
}

/** The suite's file: the named one, or the nearest one upward from `from`. Throws HarnessError (usage). */
export function findSuite(named: string | undefined, from: string): string {
  if (named !== undefined) return resolve(from, named);
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const file = join(folder, suiteFile);
    if (existsSync(file)) return file;
    if (folder === dirname(folder))
      throw new HarnessError('usage', `there is no ${suiteFile}`, {
        where: from,
        expected: `${suiteFile} here or in a folder above`,
        wayOut: 'vmm-harness init my.system writes one; --suite FILE names another',
      });
  }
}

type Issue = v.BaseIssue<unknown>;

/** The known keys of the table that contains an unknown one. */
function knownKeys(path: readonly (string | number)[]): string[] {
  let schema: unknown = suiteSchema;
  for (const key of path.slice(0, -1)) {
    while (isWrapper(schema)) schema = schema.wrapped;
    if (typeof key === 'number') schema = (schema as { item?: unknown }).item;
    else schema = (schema as { entries?: Record<string, unknown> }).entries?.[key];
  }
  while (isWrapper(schema)) schema = schema.wrapped;
  return Object.keys((schema as { entries?: object }).entries ?? {});
}

const isWrapper = (schema: unknown): schema is { wrapped: unknown } =>
  typeof schema === 'object' && schema !== null && 'wrapped' in schema;

const pathOf = ({ path }: Issue) => (path ?? []).map(({ key }) => key as string | number);

const isUnknownKey = ({ type, expected }: Issue): boolean => type === 'strict_object' && expected === 'never';

function explain(issue: Issue): { what: string; expected?: string; got?: string; wayOut?: string } {
  const path = pathOf(issue);
  const name = path.join('.');
  if (isUnknownKey(issue)) {
    const near = nearest(String(path.at(-1)), knownKeys(path));
    return {
      what: `there is no key ${name}`,
      expected: `one of ${knownKeys(path).join(', ')}`,
      ...(near !== undefined && { wayOut: `did you mean ${near}?` }),
    };
  }
  if (issue.received === 'undefined') return { what: `${name} is missing` };
  const expected = issue.kind === 'schema' ? (issue.expected ?? issue.message) : issue.message;
  return { what: `${name} is not valid`, expected, got: issue.received };
}

/** Reads and checks a suite. Throws HarnessError (usage) with the first mistake and its place. */
export function readSuite(file: string): LoadedSuite {
  const toml = readToml(
    readRegularFile(file, { what: 'the suite file', limit: limits.suite }).toString('utf8'),
    file,
  );
  const parsed = v.safeParse(suiteSchema, toml.value);
  if (!parsed.success) {
    // A misspelt key is reported before the key that is missing because of it.
    const issue = parsed.issues.find(isUnknownKey) ?? parsed.issues[0];
    const { what, ...detail } = explain(issue);
    const more = parsed.issues.length - 1;
    throw new HarnessError('usage', more > 0 ? `${what} (and ${more} more)` : what, {
      where: toml.where(pathOf(issue)),
      ...detail,
    });
  }
  const suite = parsed.output;
  const hasPrompt = suite.shell !== undefined || suite.guest.some(({ prompt }) => prompt !== undefined);
  if (suite.check.length > 0 && !hasPrompt)
    throw new HarnessError('usage', 'checks need a shell in the guest', {
      where: toml.where(['check', 0]),
      expected: '[shell] with the prompt that it shows: prompt = "# "',
    });
  for (const [index, check] of suite.check.entries()) {
    const what = misfit(check);
    if (what !== undefined) throw new HarnessError('usage', what, { where: toml.where(['check', index]) });
  }
  checkGuests(suite, toml);
  for (const [index, disk] of (suite.qemu.disk ?? []).entries())
    checkDisk(disk, toml.where(['qemu', 'disk', index]));
  const names = suite.check.map(checkName);
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (twice >= 0)
    throw new HarnessError('usage', `two checks are named "${names[twice]}"`, {
      where: toml.where(['check', twice]),
    });
  return { suite, file, folder: dirname(file) };
}

/** The mistake in a check: keys for a command and keys for a built-in check do not mix. */
function misfit(check: SuiteCheck): string | undefined {
  const { name, guest: _, builtin, run, expect, between, status, limit, ...parameters } = check;
  const list = (keys: readonly string[]) => keys.join(', ');
  if (builtin === undefined) {
    if (run === undefined) return 'a check needs run, a command, or builtin, the name of a check';
    if (name === undefined) return 'a check with run needs a name';
    const [key] = Object.keys(parameters);
    return key === undefined ? undefined : `${key} goes with builtin, and this check has run`;
  }
  const [key] = Object.entries({ run, expect, between, status, limit }).flatMap(([key, value]) =>
    value === undefined ? [] : [key],
  );
  if (key !== undefined) return `${key} goes with run, and this check is builtin`;
  const { unknown, missing } = misfits(builtin, parameters);
  const { needs, takes } = builtIns[builtin];
  if (missing.length > 0) return `the built-in check ${builtin} needs ${list(missing)}`;
  if (unknown.length === 0) return undefined;
  return `the built-in check ${builtin} takes ${list([...needs, ...takes]) || 'no keys'}, and not ${list(unknown)}`;
}
