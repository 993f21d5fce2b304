// SPDX-License-Identifier: BSD-2-Clause
/** The program on this process's terminal, arguments and signals. */
import { onInterrupt } from '../base/interrupt.js';
import { visible } from '../base/visible.js';
import { paint, wantsColour } from './colour.js';
import { runProgram } from './program.js';
import { selfName } from './self-name.js';
import { ProgressView } from './terminal.js';

const { stdout, stderr, env } = process;
const painter = ({ isTTY = false }: { isTTY?: boolean }) =>
  wantsColour(env, isTTY) ? paint : (text: string) => text;
const inColour = { out: painter(stdout), err: painter(stderr) };

const view = new ProgressView({
  write: (text) => stderr.write(inColour.err(text)),
  live: stderr.isTTY === true && env.CI === undefined && env.TERM !== 'dumb',
  columns: stderr.columns || 80,
});

const line = (text: string) => (text.endsWith('\n') ? text : `${text}\n`);

/**
 * A document that goes to a file or another program is written unchanged. Text for a terminal never contains sequences
 * that the terminal obeys.
 */
function print(text: string, as: 'text' | 'document' = 'text'): void {
  view.clear();
  const shown = as === 'document' && !stdout.isTTY ? text : visible(text);
  stdout.write(line(as === 'document' || text.startsWith('{') ? shown : inColour.out(shown)));
}

function complain(text: string): void {
  view.clear();
  stderr.write(line(inColour.err(visible(text))));
}

/** Runs the command line and returns the exit code. */
export function runOnTerminal(words: readonly string[]): Promise<number> {
  // A reader that has seen enough (`| head`) is not an error.
  stdout.on('error', () => process.exit(0));
  const self = selfName(process.argv[1] ?? '', env);
  return runProgram(words, { print, progress: view.show, signal: onInterrupt(), self }, complain);
}
