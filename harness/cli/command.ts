// SPDX-License-Identifier: BSD-2-Clause
/**
 * The interface of a `vmm-harness` command: a table from which its help and its arguments are derived, and its
 * function.
 */
import type { Progress } from '../base/progress.js';

/** An option: `--name` or `--name VALUE`. */
export interface OptionSpec {
  /** Its one-letter form. */
  short?: string;
  /** How help names the value (`N`, `FILE`). An option without one is a switch. */
  value?: string;
  about: string;
}

interface PositionalSpec {
  name: string;
  about: string;
  optional?: true;
  /** Only for the last one: it takes all remaining words. */
  repeated?: true;
}

/** The options and arguments that the user gave, by name. Switches are `true`. */
export interface Arguments {
  options: Readonly<Record<string, string | true>>;
  positionals: readonly string[];
}

/** The outside world as a command may use it. Nothing else prints. */
export interface Context {
  /**
   * Prints one or more lines for the user, or the one JSON document of `--json`, with sequences that a terminal obeys
   * made visible. A `document` (a description, a drawing) goes to a file unchanged.
   */
  print(text: string, as?: 'text' | 'document'): void;
  /** Prints the one JSON document of `--json`, with its version and the command's name. */
  json(data: object): void;
  /** All commands, loaded. */
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
  /** The command holds nothing that must be cleaned up: a signal ends it at once, whatever it is waiting for. */
  endsAtOnce?: true;
  /** A command line that works as it stands. */
  example: string;
  /** Returns the exit code. A HarnessError that it throws has its own. */
  run(args: Arguments, context: Context): Promise<number>;
}

/** A command whose first argument names one of its members: `sdk list`, `sdk path NAME`. */
export interface Family {
  name: string;
  summary: string;
  /** By their own word. A member's `name` is the full one, `sdk list`. */
  members: Readonly<Record<string, Command>>;
}
