// SPDX-License-Identifier: BSD-2-Clause
/** Entries of a report, from what run folders hold. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as v from 'valibot';
import { HarnessError } from '../../base/error.js';
import { consoleLines } from './console-lines.js';
import type { ConformEntry, Entry, FindingEntry, RunEntry } from './data.js';
import {
  conformSchema,
  type StoredConformance,
  type StoredVerdict,
  summarySchema,
  verdictSchema,
} from './schema.js';

/** The most that is read of one file of a run folder, in bytes. */
const fileLimit = 256 << 20;

/** Reads and checks a file of JSON. Throws HarnessError (usage) with the place of what is wrong. */
function readJson<T>(file: string, schema: v.GenericSchema<unknown, T>): T {
  const text = readFileSync(file, 'utf8');
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (cause) {
    throw new HarnessError('usage', 'a file of a run folder is damaged', {
      where: file,
      expected: 'JSON as vmm-harness writes it',
      got: (cause as Error).message,
      wayOut: 'the run was cut short: leave this folder out, or run it again',
      cause,
    });
  }
  const parsed = v.safeParse(schema, data);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new HarnessError('usage', 'a file of a run folder is not as this version writes it', {
    where: `${file}: ${v.getDotPath(issue) ?? 'the whole'}`,
    expected: issue.expected ?? 'a value',
    got: issue.received,
    wayOut: 'make the report with the version of vmm-harness that made the run',
  });
}

function textOf(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const bytes = readFileSync(file);
  return bytes.subarray(Math.max(0, bytes.length - fileLimit)).toString('utf8');
}

/** `console.log:12` gives 12. */
const lineOf = (where: string | undefined): number | undefined => {
  const line = /:(\d+)$/.exec(where ?? '')?.[1];
  return line === undefined ? undefined : Number(line);
};

/** A value that is there, as a property; nothing for undefined. */
const given = <K extends string, T>(key: K, value: T | undefined): Partial<Record<K, T>> =>
  value === undefined ? {} : ({ [key]: value } as Record<K, T>);

function runEntry(folder: string, verdict: StoredVerdict, name: string): RunEntry {
  const log = textOf(join(folder, 'console.timed.log')) ?? textOf(join(folder, 'console.log')) ?? '';
  const { lines, skipped } = consoleLines(log);
  const { image, inputs } = verdict;
  return {
    kind: 'run',
    id: resolve(folder),
    name,
    outcome: verdict.outcome,
    started: verdict.started,
    ms: verdict.ms,
    repeat: verdict.repeat,
    board: verdict.board,
    sdk: verdict.sdk.name,
    config: verdict.config,
    vcpus: verdict.vcpus,
    target: verdict.target,
    checks: verdict.results.map(({ name: check, outcome, expected, got, where, ms }) => ({
      name: check,
      outcome,
      ms,
      ...given('expected', expected),
      ...given('got', got),
      ...given('line', lineOf(where)),
    })),
    ...given('error', verdict.error as RunEntry['error']),
    files: Object.entries({ image, ...inputs }).map(([role, file]) => ({ role, ...file })),
    facts: verdict.facts,
    console: lines,
    consoleSkipped: skipped,
    ...given('picture', textOf(join(folder, 'system.svg'))),
  };
}

function findingEntry(finding: StoredConformance['findings'][number]): FindingEntry {
  const { deviation, words, ...plain } = finding;
  return {
    ...plain,
    ...given('deviation', deviation && `since ${deviation.since}: ${deviation.reason}`),
    ...given('words', words),
  };
}

function conformEntry(folder: string, report: StoredConformance): ConformEntry {
  const tiers = [...report.tiers, ...report.bare];
  return {
    kind: 'conform',
    id: resolve(folder),
    name: `conformance of ${report.subject}`,
    outcome: report.outcome,
    started: report.started,
    ms: report.ms,
    repeat: report.repeat,
    subject: report.subject,
    api: report.api,
    seed: report.seed,
    tiers: tiers.map(({ tier, on, cases, steps, ms }) => ({ tier, on, cases, steps, ms })),
    rules: report.rules.map(({ id, says, state }, index) => ({
      id,
      says,
      state,
      tiers: tiers.map(({ rules }) => {
        const rule = rules[index];
        return { state: rule?.state ?? 'not visible', held: rule?.held ?? 0, broken: rule?.broken ?? 0 };
      }),
    })),
    findings: report.findings.map(findingEntry),
    questions: report.questions.map(findingEntry),
  };
}

/** A board of which there is no verdict: what went wrong stands in the common folder alone. */
function absentEntry(
  folder: string,
  name: string,
  outcome: 'no verdict' | 'skipped',
  error: { fault: string; message: string },
  repeat: string,
): RunEntry {
  return {
    kind: 'run',
    id: `${resolve(folder)}#${name}`,
    name,
    outcome,
    started: '',
    ms: 0,
    repeat,
    board: name,
    sdk: '',
    config: '',
    vcpus: 0,
    target: '',
    checks: [],
    error,
    files: [],
    facts: {},
    console: [],
    consoleSkipped: 0,
  };
}

/** `run` with a name that tells it from others of the same report. */
const runName = ({ board, sdk, config, vcpus }: StoredVerdict): string =>
  [board, sdk.name, config, ...(vcpus === 0 ? [] : [`${vcpus} vCPU${vcpus === 1 ? '' : 's'}`])].join(', ');

/**
 * What a run folder holds: one entry, or one for each board of runs side by side.
 *
 * Throws HarnessError (usage) for a folder that no run has left, or that was cut short.
 */
export function readRunFolder(folder: string): Entry[] {
  const conformance = join(folder, 'report.json');
  if (existsSync(conformance)) return [conformEntry(folder, readJson(conformance, conformSchema))];
  const file = join(folder, 'verdict.json');
  if (!existsSync(file))
    throw new HarnessError('usage', 'there is no run in this folder', {
      where: folder,
      expected: 'verdict.json of a run, or report.json of a conformance run',
      got: existsSync(folder) ? 'neither' : 'no such folder',
      wayOut: 'vmm-harness run leaves one below runs/; runs/latest is the newest',
    });
  const either = readJson(file, v.union([summarySchema, verdictSchema]));
  if (!('boards' in either)) return [runEntry(folder, either, runName(either))];
  return either.boards.map((board) => {
    if ('folder' in board)
      return runEntry(join(folder, board.folder), board, `${board.name}: ${runName(board)}`);
    if ('reason' in board) {
      const error = { fault: 'nobody: it was skipped', message: board.reason };
      return absentEntry(folder, board.name, 'skipped', error, either.repeat);
    }
    const error = { ...board.error, fault: board.fault ?? 'infrastructure' } as NonNullable<
      RunEntry['error']
    >;
    return absentEntry(folder, board.name, 'no verdict', error, either.repeat);
  });
}
