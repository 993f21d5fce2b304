// SPDX-License-Identifier: BSD-2-Clause
/** The contents of a report as plain data. The page embeds it as JSON, and `report merge` combines several. */

/** Increases when a field is removed or changes its meaning. A reader refuses an unknown version. */
export const reportVersion = 1;

export interface ReportData {
  version: number;
  title: string;
  /** In ISO 8601. */
  made: string;
  entries: Entry[];
}

/** `skipped`: the case could not run here; the entry has the reason. */
type EntryOutcome = 'pass' | 'fail' | 'error' | 'interrupted' | 'no verdict' | 'skipped';

interface Common {
  /** Identifies the entry; unique in a report. */
  id: string;
  name: string;
  outcome: EntryOutcome;
  /** In ISO 8601. */
  started: string;
  /** In milliseconds. */
  ms: number;
  /** The command that repeats it. */
  repeat: string;
}

/** A system that was booted and checked. */
export interface RunEntry extends Common {
  kind: 'run';
  board: string;
  sdk: string;
  config: string;
  vcpus: number;
  target: string;
  checks: CheckEntry[];
  error?: ErrorEntry;
  files: FileEntry[];
  facts: Record<string, string>;
  console: ConsoleLine[];
  /** Number of console lines before the first that is kept; 0 when all are. */
  consoleSkipped: number;
  /** The machine's further serial lines. */
  ports?: ConsoleEntry[];
  /** A picture of the system description, as SVG. */
  picture?: string;
}

/** A serial line beside the console's. */
export interface ConsoleEntry {
  /** `serial-1`, as its log. */
  name: string;
  lines: ConsoleLine[];
  /** As {@link RunEntry.consoleSkipped}. */
  skipped: number;
}

export interface CheckEntry {
  name: string;
  outcome: 'pass' | 'fail' | 'error' | 'not run' | 'skipped';
  expected?: string;
  got?: string;
  /** The line of its console at which it began, from 1. */
  line?: number;
  /** The line of the same console at which it ended. */
  lastLine?: number;
  /** The further console that these are lines of, by its name in {@link RunEntry.ports}. */
  port?: string;
  /** File of a user's test, relative to the suite's folder. */
  file?: string;
  /** `file:line:column` of a user's test that failed. */
  source?: string;
  /** Number of the attempt that gave the result, if not the first. */
  attempts?: number;
  /** In milliseconds. */
  ms: number;
  /** Its parts, one after the other: the phases of a boot. */
  phases?: { name: string; ms: number }[];
}

interface ErrorEntry {
  /** Whose fault it was: product, usage, infrastructure, harness. */
  fault: string;
  message: string;
  where?: string;
  expected?: string;
  got?: string;
  wayOut?: string;
}

interface FileEntry {
  role: string;
  path: string;
  sha256: string;
  /** In bytes. */
  size: number;
}

/** One line of a console: pieces of text, each with its style. */
export interface ConsoleLine {
  /** Seconds since the log began, by the host's clock; absent if not recorded. */
  at?: number;
  spans: Span[];
}

/** Text and its style: words of `consoleStyles`, such as `bold red`. */
export type Span = [text: string, style?: string];

/** A library that was judged by the rules. */
export interface ConformEntry extends Common {
  kind: 'conform';
  subject: string;
  api: string;
  seed: number;
  tiers: TierEntry[];
  rules: RuleEntry[];
  findings: FindingEntry[];
  questions: FindingEntry[];
}

interface TierEntry {
  tier: string;
  on: string;
  cases: number;
  steps: number;
  ms: number;
}

export interface RuleEntry {
  id: string;
  says: string;
  state: string;
  /** The state on each of the tiers, in their order. */
  tiers: { state: string; held: number; broken: number }[];
}

export interface FindingEntry {
  rule: string;
  says: string;
  tier: string;
  expected: string;
  got: string;
  witnesses: { who: string; said: string }[];
  /** The machine, then one line per step. */
  trace: string[];
  file: string;
  repeat: string;
  deviation?: string;
  /** A sanitizer's report, or the last output. */
  words?: string;
}

export type Entry = RunEntry | ConformEntry;
