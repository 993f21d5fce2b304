// SPDX-License-Identifier: BSD-2-Clause
/** The program behind main.ts: finds the command, reads its arguments, turns what it throws into words and an exit code. */

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

/** What the program may use of the outside; the rest is made for each command. */
export type Outside = Omit<Context, 'json' | 'commands'>;

/** What is known of a command line, for whoever has to say why it failed. */
interface Line {
  command: string;
  /** Whether its one JSON document is printed. */
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

/** Reads the words by the command's table and runs it; the first word for a family is one of its members. */
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

/** What the consoles and the folder of a run may take, where the options say so. */
async function limitRun(args: Arguments): Promise<void> {
  const [log, folder] = ['console-limit', 'folder-limit'].map((name) => integer(args, name, 1, 1_000_000));
  if (log !== undefined) (await import('../machine/console-log.js')).limitConsoleLogs(log * 1e6);
  if (folder !== undefined) (await import('../base/folder-room.js')).limitRunFolders(folder * 1e6);
}

/** Runs the words of a command line; never rejects. Gives the exit code, having told `complain` why it is not 0. */
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
    // Whatever a command says of what it had done by then, an interrupted one has not done what it was asked for.
    return outside.signal.aborted ? interrupted() : code;
  } catch (thrown) {
    // A command says what a fault of the disk means for it; where none did, it is no bug of ours all the same.
    const error = explainDisk(thrown, process.cwd());
    if (outside.signal.aborted) return interrupted();
    if (error instanceof HarnessError) return fail(error.explain(), error, error.exitCode);
    const bug = error instanceof Error ? error : new Error(String(error));
    return fail(`a bug of the harness: ${bug.stack}`, bug, exitCodes.harness);
  }
}
