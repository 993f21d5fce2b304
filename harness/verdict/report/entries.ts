// SPDX-License-Identifier: BSD-2-Clause
/** Entries of a report, from the contents of run folders. */
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import type * as v from 'valibot';
import { HarnessError } from '../../base/error.js';
import { readJson } from '../../base/json.js';
import { limits } from '../../base/limits.js';
import { readRegularFile } from '../../base/read-file.js';
import { logEnd } from '../log-end.js';
import { consoleLines } from './console-lines.js';
import type { CheckEntry, ConformEntry, ConsoleEntry, Entry, FindingEntry, RunEntry } from './data.js';
import {
  conformSchema,
  type StoredConformance,
  type StoredVerdict,
  summarySchema,
  verdictHead,
  verdictSchema,
} from './schema.js';

/** Reads and checks a JSON file. Throws HarnessError (usage) with the place of the mistake. */
function readFile<T>(file: string, schema: v.GenericSchema<unknown, T>): T {
  const what = 'a file of a run folder';
  return readJson(schema, readRegularFile(file, { what, limit: limits.runFile }).toString(), {
    what,
    where: file,
    fault: 'usage',
    wayOut:
      'the run was cut short, or another version of vmm-harness made it: leave this folder out, or run it again',
  });
}

/** Of the console, or of another serial line, whose logs have this name. */
function consoleOf(folder: string, log = 'console'): ReturnType<typeof consoleLines> {
  const file = [`${log}.timed.log`, `${log}.log`].map((name) => join(folder, name)).find(existsSync);
  const { text, before } = file === undefined ? { text: '', before: 0 } : logEnd(file);
  return consoleLines(text, before);
}

/** The picture of the system, if the run has drawn one. */
function pictureOf(folder: string): string | undefined {
  const file = join(folder, 'system.svg');
  if (!existsSync(file)) return undefined;
  return readRegularFile(file, { what: 'the picture of a system', limit: limits.runFile }).toString();
}

/** Lines to show: more than any machine has. */
const mostPorts = 16;

/** The machine's further serial lines, each with a log `serial-PORT.log`. The folder of a board may be missing. */
function portsOf(folder: string): ConsoleEntry[] | undefined {
  const files = existsSync(folder) ? readdirSync(folder) : [];
  const names = files.flatMap((file) => /^(serial-[\w-]+)\.log$/.exec(file)?.[1] ?? []);
  if (names.length === 0) return undefined;
  const shown = names.sort().slice(0, mostPorts);
  return shown.map((name) => ({ name, ...consoleOf(folder, name) }));
}

/** The part of a console that belongs to a check: `console.log:12`, or `serial-1.log:12` of another serial line. */
function linesOf({ where = '', until = '' }: StoredVerdict['results'][number]): Partial<CheckEntry> {
  const place = /^(?:.*\/)?([^/]*?)(?:\.log)?:(\d+)$/;
  const [, log = '', line] = place.exec(where) ?? [];
  if (line === undefined) return {};
  const [, same, lastLine] = place.exec(until) ?? [];
  return {
    line: Number(line),
    ...(same === log && { lastLine: Number(lastLine) }),
    ...(log.startsWith('serial-') && { port: log }),
  };
}

/** A property with a defined value; no property for undefined. */
const given = <K extends string, T>(key: K, value: T | undefined): Partial<Record<K, T>> =>
  value === undefined ? {} : ({ [key]: value } as Record<K, T>);

function checkEntry(result: StoredVerdict['results'][number]): CheckEntry {
  const { name, outcome, expected, got, file, source, attempts, ms, phases } = result;
  return {
    name,
    outcome,
    ms,
    ...linesOf(result),
    ...given('expected', expected),
    ...given('got', got),
    ...given('phases', phases),
    ...given('file', file),
    ...given('source', source),
    ...given('attempts', attempts),
  };
}

function runEntry(folder: string, verdict: StoredVerdict, name: string): RunEntry {
  const { lines, skipped } = consoleOf(folder);
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
    checks: verdict.results.map(checkEntry),
    ...given('error', verdict.error as RunEntry['error']),
    files: Object.entries({ image, ...inputs }).map(([role, file]) => ({ role, ...file })),
    facts: verdict.facts,
    console: lines,
    consoleSkipped: skipped,
    ...given('ports', portsOf(folder)),
    ...given('picture', pictureOf(folder)),
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

/** The folder of one board among several. A verdict from elsewhere must not name a place outside its own folder. */
function within(folder: string, name: string, where: string): string {
  const path = join(folder, name);
  if (path.startsWith(join(folder, sep))) return path;
  throw new HarnessError('usage', 'the folder of a board is outside the folder of its run', {
    where,
    expected: 'the name of a folder in it',
    got: name,
  });
}

/** A case of which only its name and, in a suite, its place in the matrix are known. */
interface Absent {
  name: string;
  board?: string | undefined;
  config?: string | undefined;
  sdk?: string | undefined;
}

/** A board without a verdict. Only the common folder records what went wrong. */
function absentEntry(
  folder: string,
  { name, board = name, config = '', sdk = '' }: Absent,
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
    board,
    sdk,
    config,
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

/** A name for `run` that distinguishes it from others in the same report. */
const runName = ({ board, sdk, config, vcpus }: StoredVerdict): string =>
  [board, sdk.name, config, ...(vcpus === 0 ? [] : [`${vcpus} vCPU${vcpus === 1 ? '' : 's'}`])].join(', ');

/** A case of a suite is named after all of these; a board of a lab is not. */
const memberName = (member: StoredVerdict & { name: string }): string =>
  member.name.startsWith(member.board) ? member.name : `${member.name}: ${runName(member)}`;
/**
 * The contents of a run folder: one entry, or one for each board of runs side by side.
 *
 * Throws HarnessError (usage) for a folder that no run has left, or whose files are cut short.
 */
export function readRunFolder(folder: string): Entry[] {
  const conformance = join(folder, 'report.json');
  if (existsSync(conformance)) return [conformEntry(folder, readFile(conformance, conformSchema))];
  const file = join(folder, 'verdict.json');
  if (!existsSync(file))
    throw new HarnessError('usage', 'this folder contains no run', {
      where: folder,
      expected: 'verdict.json of a run, or report.json of a conformance run',
      got: existsSync(folder) ? 'neither' : 'no such folder',
      wayOut: 'vmm-harness run leaves one below runs/; runs/latest is the newest',
    });
  // Determines first which kind of verdict it is, so that a mistake is reported with its place.
  if (readFile(file, verdictHead).boards === undefined) {
    const verdict = readFile(file, verdictSchema);
    return [runEntry(folder, verdict, runName(verdict))];
  }
  const { boards, repeat } = readFile(file, summarySchema);
  return boards.map((board) => {
    if ('folder' in board) return runEntry(within(folder, board.folder, file), board, memberName(board));
    if ('reason' in board) {
      const error = { fault: 'nobody: it was skipped', message: board.reason };
      return absentEntry(folder, board, 'skipped', error, repeat);
    }
    const error = { ...board.error, fault: board.fault ?? 'infrastructure' } as NonNullable<
      RunEntry['error']
    >;
    return absentEntry(folder, board, 'no verdict', error, repeat);
  });
}
