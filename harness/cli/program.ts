// SPDX-License-Identifier: BSD-2-Clause
/**
 * The program behind main.ts: finds the command, parses its arguments, and turns whatever it throws into a message and
 * an exit code.
 */

import { onProgram } from '../base/detail.js';
import { explainDisk } from '../base/disk.js';
import { exitCodes, HarnessError } from '../base/error.js';
import { interruptedCode } from '../base/interrupt.js';
import { noProgress } from '../base/progress.js';
import { endedBySignals } from '../base/signals.js';
import { nearest } from '../base/spelling.js';
import { integer, memberOf, readArguments } from './arguments.js';
import type { Arguments, Command, Context, Family } from './command.js';
import { commands } from './commands.js';
import { commandHelp, familyHelp } from './help.js';
import { jsonError, jsonResult } from './json.js';
import { quickAnswer } from './quick-answer.js';

const loadAll = () => Promise.all(Object.values(commands).map(async (entry) => (await entry.load()).command));

async function load(name: string): Promise<Command | Family> {
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (entry) return (await entry.load()).command;
  const near = nearest(name, Object.keys(commands));
  throw new HarnessError('usage', `there is no command ${name}`, {
    expected: `one of ${Object.keys(commands).join(', ')}`,
    wayOut: near ? `did you mean ${near}?` : 'vmm-harness --help',
  });
}

/** The outside world as the program may use it. The rest of the context is made for each command. */
export type Outside = Omit<Context, 'json' | 'commands'>;

/** What is known about a command line, for the report of a failure. */
interface Line {
  command: string;
  /** Whether its one JSON document has been printed. */
  hasAnswered: boolean;
}

async function start(words: readonly string[], outside: Outside, line: Line): Promise<number> {
  const answer = quickAnswer(words);
  if (answer !== undefined) {
    outside.print(answer);
    return words.length === 0 ? exitCodes.usage : 0;
  }
  const [first = '', ...rest] = words[0] === 'help' ? [...words.slice(1), '--help'] : words;
  line.command = first;
  return dispatch(await load(first), rest, outside, line);
}

/** Parses the arguments by the command's table and runs it. The first argument of a family is one of its members. */
async function dispatch(
  command: Command | Family,
  words: readonly string[],
  outside: Outside,
  line: Line,
): Promise<number> {
  if ('members' in command) {
    const [word, ...rest] = words;
    if (word !== '--help') return dispatch(memberOf(command, word), rest, outside, line);
    outside.print(familyHelp(command));
    return 0;
  }
  line.command = command.name;
  const args = readArguments(command, words);
  if (args.options.help) {
    outside.print(commandHelp(command));
    return 0;
  }
  await limitRun(args);
  const { progress } = withLoudness(args, outside);
  const json = (data: object) => {
    line.hasAnswered = true;
    outside.print(jsonResult(command.name, data));
  };
  const work = () => command.run(args, { ...outside, progress, json, commands: loadAll });
  return command.endsAtOnce ? endedBySignals(work) : work();
}

/** `--quiet` and `--verbose`. */
function withLoudness({ options }: Arguments, outside: Outside): Outside {
  if (options.quiet && options.verbose)
    throw new HarnessError('usage', '--quiet and --verbose are given together', { expected: 'one of them' });
  if (options.verbose) onProgram((text) => outside.progress({ kind: 'note', text: `  $ ${text}` }));
  return options.quiet ? { ...outside, progress: noProgress } : outside;
}

/** Applies the size limits of consoles and the run's folder, if the options give any. */
async function limitRun(args: Arguments): Promise<void> {
  const [log, folder] = ['console-limit', 'folder-limit'].map((name) => integer(args, name, 1, 1_000_000));
  if (log !== undefined) (await import('../machine/console-log.js')).limitConsoleLogs(log * 1e6);
  if (folder !== undefined) (await import('../base/folder-room.js')).limitRunFolders(folder * 1e6);
}

/** Runs a command line; never rejects. Returns the exit code, after telling `complain` why it is not 0. */
export async function runProgram(
  words: readonly string[],
  outside: Outside,
  complain: (text: string) => void,
): Promise<number> {
  const line: Line = { command: words[0] ?? '', hasAnswered: false };
  const fail = (text: string, error: Error, code: number) => {
    complain(text);
    if (words.includes('--json') && !line.hasAnswered) outside.print(jsonError(line.command, error, code));
    return code;
  };
  const interrupted = () => fail('interrupted', new HarnessError('usage', 'interrupted'), interruptedCode);
  try {
    const code = await start(words, outside, line);
    // Whatever an interrupted command reports about its work, it has not done what was requested.
    return outside.signal.aborted ? interrupted() : code;
  } catch (thrown) {
    // A command explains a disk fault itself. If none did, it is still not a bug of the harness.
    const error = explainDisk(thrown, process.cwd());
    if (outside.signal.aborted) return interrupted();
    if (error instanceof HarnessError) return fail(error.explain(), error, error.exitCode);
    const bug = error instanceof Error ? error : new Error(String(error));
    return fail(`a bug of the harness: ${bug.stack}`, bug, exitCodes.harness);
  }
}
