#!/usr/bin/env node
// SPDX-License-Identifier: BSD-2-Clause
/** `vmm-harness`: finds the command, reads its arguments, turns what it throws into words and an exit code. */
import { readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { exitCodes, HarnessError } from '../error.js';
import { packageRoot } from '../paths.js';
import { nearest } from '../system/spelling.js';
import { memberOf, readArguments } from './arguments.js';
import type { Command, Context, Family } from './command.js';
import { commandHelp, familyHelp, mainHelp } from './help.js';
import { ProgressView } from './terminal.js';

/** Each command is loaded only when it is asked for: nothing heavy stands between a user and its answer. */
const commands: Record<string, { summary: string; load: () => Promise<{ command: Command | Family }> }> = {
  doctor: { summary: 'what this machine has and lacks', load: () => import('./commands/doctor.js') },
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
};

/** After the first Ctrl-C this much time is given to switch things off. */
const interruptedCode = 130;

const { stdout, stderr } = process;
const view = new ProgressView({
  write: (text) => stderr.write(text),
  live: stderr.isTTY === true && process.env.CI === undefined,
  columns: stderr.columns ?? 80,
});

/** How the user called us, so that a printed command can be pasted. */
function selfName(): string {
  const script = process.argv[1] ?? '';
  if (process.env.VMM_HARNESS_SELF) return process.env.VMM_HARNESS_SELF;
  return basename(script) === 'main.js' ? `node ${relative('', script)}` : 'vmm-harness';
}

function print(text: string): void {
  view.clear();
  stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

async function load(name: string): Promise<Command | Family> {
  const entry = commands[name];
  if (entry) return (await entry.load()).command;
  const near = nearest(name, Object.keys(commands));
  throw new HarnessError('usage', `there is no command ${name}`, {
    expected: `one of ${Object.keys(commands).join(', ')}`,
    wayOut: near ? `did you mean ${near}?` : 'vmm-harness --help',
  });
}

async function main([name, ...words]: readonly string[], signal: AbortSignal): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    print(mainHelp(Object.entries(commands).map(([command, { summary }]) => [command, summary])));
    return name === undefined ? exitCodes.usage : 0;
  }
  if (name === '--version') {
    print(JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')).version);
    return 0;
  }
  const context: Context = { print, progress: view.show, signal, self: selfName() };
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
  if (!args.options.help) return command.run(args, context);
  context.print(commandHelp(command));
  return 0;
}

const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // The second one does not wait; the kernel then ends what we started.
    if (interrupt.signal.aborted) process.exit(interruptedCode);
    interrupt.abort();
  });
}
// A reader that has seen enough (`| head`) is no error.
stdout.on('error', () => process.exit(0));

try {
  process.exitCode = await main(process.argv.slice(2), interrupt.signal);
} catch (error) {
  view.clear();
  if (interrupt.signal.aborted) {
    stderr.write('interrupted\n');
    process.exitCode = interruptedCode;
  } else if (error instanceof HarnessError) {
    stderr.write(`${error.explain()}\n`);
    process.exitCode = error.exitCode;
  } else {
    stderr.write(`a bug of the harness: ${error instanceof Error ? error.stack : error}\n`);
    process.exitCode = exitCodes.harness;
  }
}
