// SPDX-License-Identifier: BSD-2-Clause
/** What a command of `vmm-harness` is: a table that its help and its arguments are read from, and what it does. */
import type { Progress } from '../base/progress.js';

/** An option: `--name` or `--name VALUE`. */
export interface OptionSpec {
  /** One letter that stands for it. */
  short?: string;
  /** How help names the value (`N`, `FILE`); an option without one is a switch. */
  value?: string;
  about: string;
}

interface PositionalSpec {
  name: string;
  about: string;
  optional?: true;
  /** The last one may: it takes all words that are left. */
  repeated?: true;
}

/** What the user gave, by name; switches are `true`. */
export interface Arguments {
  options: Readonly<Record<string, string | true>>;
  positionals: readonly string[];
}

/** What a command may use of the outside. Nothing else prints. */
export interface Context {
  /**
   * One or more lines for the user, or the one JSON document of `--json`, shown without anything that a terminal obeys.
   * A `document` (a description, a drawing) goes to a file as it is.
   */
  print(text: string, as?: 'text' | 'document'): void;
  /** The one JSON document of `--json`, with its version and the command's name. */
  json(data: object): void;
  /** Every command there is, loaded. */
  commands(): Promise<readonly (Command | Family)[]>;
  progress: Progress;
  /** Aborted by Ctrl-C or SIGTERM. */
  signal: AbortSignal;
  /** How the user calls this program: the first words of a line that repeats a run. */
  self: string;
}

export interface Command {
  name: string;
  /** One line. */
  summary: string;
  options: Readonly<Record<string, OptionSpec>>;
  positionals?: readonly PositionalSpec[];
  /** It holds nothing that has to be put in order: a signal ends it at once, whatever it waits for. */
  endsAtOnce?: true;
  /** A command line that works as it stands. */
  example: string;
  /** Gives the exit code; a HarnessError that it throws has its own. */
  run(args: Arguments, context: Context): Promise<number>;
}

/** A command whose first word names one of its members: `sdk list`, `sdk path NAME`. */
export interface Family {
  name: string;
  summary: string;
  /** By their own word; a member's `name` is the whole, `sdk list`. */
  members: Readonly<Record<string, Command>>;
}
