// SPDX-License-Identifier: BSD-2-Clause
/** What a report shows, as plain data: the page holds it as JSON, and `report merge` puts several together. */

/** Counts up when a field changes its meaning or goes; a reader refuses a version that it does not know. */
export const reportVersion = 1;

export interface ReportData {
  version: number;
  title: string;
  /** ISO 8601. */
  made: string;
  entries: Entry[];
}

/** `skipped`: it could not be tried here, and says why. */
type EntryOutcome = 'pass' | 'fail' | 'error' | 'interrupted' | 'no verdict' | 'skipped';

interface Common {
  /** Names it among the others; unique in a report. */
  id: string;
  name: string;
  outcome: EntryOutcome;
  /** ISO 8601. */
  started: string;
  /** Milliseconds. */
  ms: number;
  /** The command that does it again. */
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
  /** Lines of the console before the first that is kept; 0 when all are. */
  consoleSkipped: number;
  /** The system description's picture, an SVG. */
  picture?: string;
}

export interface CheckEntry {
  name: string;
  outcome: 'pass' | 'fail' | 'error' | 'not run';
  expected?: string;
  got?: string;
  /** Number of the console's line at which it began, from 1. */
  line?: number;
  /** Milliseconds. */
  ms: number;
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
  /** Bytes. */
  size: number;
}

/** One line of a console: pieces of text, each with the number of its style. */
export interface ConsoleLine {
  /** Seconds since the log began, by the host's clock; absent where it was not noted. */
  at?: number;
  spans: Span[];
}

/** Text, and its style: words of `consoleStyles`, such as `bold red`. */
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
  /** The machine, then a step a line. */
  trace: string[];
  file: string;
  repeat: string;
  deviation?: string;
  /** A sanitizer's report, or the last that was printed. */
  words?: string;
}

export type Entry = RunEntry | ConformEntry;
