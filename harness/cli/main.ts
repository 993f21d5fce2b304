#!/usr/bin/env node
// SPDX-License-Identifier: BSD-2-Clause
/** `vmm-harness`: the program on this process's terminal, arguments and signals. */
import { onInterrupt } from '../base/interrupt.js';
import { visible } from '../base/visible.js';
import { runProgram } from './program.js';
import { selfName } from './self-name.js';
import { ProgressView } from './terminal.js';

const { stdout, stderr } = process;
const view = new ProgressView({
  write: (text) => stderr.write(text),
  live: stderr.isTTY === true && process.env.CI === undefined,
  columns: stderr.columns || 80,
});

const line = (text: string) => (text.endsWith('\n') ? text : `${text}\n`);

/** A document that goes to a file or another program goes as it is; a terminal is never given what it would obey. */
function print(text: string, as: 'text' | 'document' = 'text'): void {
  view.clear();
  stdout.write(line(as === 'document' && !stdout.isTTY ? text : visible(text)));
}

function complain(text: string): void {
  view.clear();
  stderr.write(line(visible(text)));
}

// A reader that has seen enough (`| head`) is no error.
stdout.on('error', () => process.exit(0));

const context = {
  print,
  progress: view.show,
  signal: onInterrupt(),
  self: selfName(process.argv[1] ?? '', process.env),
};
process.exitCode = await runProgram(process.argv.slice(2), context, complain);
