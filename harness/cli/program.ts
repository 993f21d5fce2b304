// SPDX-License-Identifier: BSD-2-Clause
/** The program behind main.ts: finds the command, reads its arguments, turns what it throws into words and an exit code. */
import { explainDisk } from '../base/disk.js';
import { exitCodes, HarnessError } from '../base/error.js';
import { interruptedCode } from '../base/interrupt.js';
import { packageVersion } from '../base/paths.js';
import { nearest } from '../base/spelling.js';
import { integer, memberOf, readArguments } from './arguments.js';
import type { Arguments, Command, Context, Family } from './command.js';
import { commandHelp, familyHelp, mainHelp } from './help.js';

/** Each command is loaded only when it is asked for: nothing heavy stands between a user and its answer. */
const commands: Record<string, { summary: string; load: () => Promise<{ command: Command | Family }> }> = {
  doctor: { summary: 'what this machine has and lacks', load: () => import('./commands/doctor.js') },
  setup: { summary: 'install what this machine lacks', load: () => import('./commands/setup.js') },
  boards: { summary: 'the boards, and what can run them', load: () => import('./commands/boards.js') },
  sdk: { summary: 'Microkit SDKs: list, install and choose them', load: () => import('./commands/sdk.js') },
  guest: {
    summary: 'make the Linux guest: kernel, initrd, device tree',
    load: () => import('./commands/guest.js'),
  },
  system: { summary: 'print or check a system description', load: () => import('./commands/system.js') },
  build: { summary: 'make everything up to the image', load: () => import('./commands/build.js') },
  boot: { summary: "boot an image up to the guest's prompt", load: () => import('./commands/boot.js') },
  run: { summary: 'build, boot and check: all of it', load: () => import('./commands/run.js') },
  init: {
    summary: 'write a suite for a system description of yours',
    load: () => import('./commands/init.js'),
  },
  test: {
    summary: 'a suite of your own: build, boot and check your system',
    load: () => import('./commands/test.js'),
  },
  flash: {
    summary: 'start an image on a board: power, U-Boot, upload, check, go',
    load: () => import('./commands/flash.js'),
  },
  console: {
    summary: "a terminal on a board's serial line, with the log kept",
    load: () => import('./commands/console.js'),
  },
  sdcard: {
    summary: 'an SD card image that boots a board without any cable',
    load: () => import('./commands/sdcard.js'),
  },
  conform: {
    summary: 'does a VMM library do what its API and the architecture say?',
    load: () => import('./commands/conform.js'),
  },
  differential: {
    summary: 'programs with and without a VMM: what can a guest tell apart?',
    load: () => import('./commands/differential.js'),
  },
  report: {
    summary: 'show the report of a run; make one of many',
    load: () => import('./commands/report.js'),
  },
  fuzz: { summary: 'a hostile guest against libvmm, on the host', load: () => import('./commands/fuzz.js') },
};

async function load(name: string): Promise<Command | Family> {
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (entry) return (await entry.load()).command;
  const near = nearest(name, Object.keys(commands));
  throw new HarnessError('usage', `there is no command ${name}`, {
    expected: `one of ${Object.keys(commands).join(', ')}`,
    wayOut: near ? `did you mean ${near}?` : 'vmm-harness --help',
  });
}

async function start([name, ...words]: readonly string[], context: Context): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    context.print(mainHelp(Object.entries(commands).map(([command, { summary }]) => [command, summary])));
    return name === undefined ? exitCodes.usage : 0;
  }
  if (name === '--version') {
    context.print(packageVersion());
    return 0;
  }
  return dispatch(await load(name), words, context);
}

/** Reads the words by the command's table and runs it; the first word for a family is one of its members. */
async function dispatch(
  command: Command | Family,
  words: readonly string[],
  context: Context,
): Promise<number> {
  if ('members' in command) {
    const [word, ...rest] = words;
    if (word !== '--help') return dispatch(memberOf(command, word), rest, context);
    context.print(familyHelp(command));
    return 0;
  }
  const args = readArguments(command, words);
  await limitRun(args);
  if (!args.options.help) return command.run(args, context);
  context.print(commandHelp(command));
  return 0;
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
  context: Context,
  complain: (text: string) => void,
): Promise<number> {
  try {
    const code = await start(words, context);
    // Whatever a command says of what it had done by then, an interrupted one has not done what it was asked for.
    if (!context.signal.aborted) return code;
    complain('interrupted');
    return interruptedCode;
  } catch (thrown) {
    // A command says what a fault of the disk means for it; where none did, it is no bug of ours all the same.
    const error = explainDisk(thrown, process.cwd());
    if (context.signal.aborted) {
      complain('interrupted');
      return interruptedCode;
    }
    if (error instanceof HarnessError) {
      complain(error.explain());
      return error.exitCode;
    }
    complain(`a bug of the harness: ${error instanceof Error ? error.stack : error}`);
    return exitCodes.harness;
  }
}
