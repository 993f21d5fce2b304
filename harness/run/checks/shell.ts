// SPDX-License-Identifier: BSD-2-Clause
/** The guest's shell: runs a command and gives exactly what it printed. */
import { HarnessError } from '../../base/error.js';
import type { Console } from '../../machine/console.js';
import { guestPrompt } from '../boot.js';

export interface CommandResult {
  /** What the command printed, without the final newline. */
  output: string;
  /** Its exit status. */
  status: number;
}

/** Milliseconds that a command of a check may take. */
const commandLimit = 30_000;
// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal escapes are what is taken off here
const escapes = /\x1b\[[0-9;?]*[a-zA-Z]|\r/g;

export class GuestShell {
  #count = 0;

  constructor(readonly console: Console) {}

  /** Kernel messages between a command's lines would look like its output. */
  async quiet(): Promise<void> {
    await this.run('dmesg -n 1');
  }

  /**
   * Runs one command line. Its output is taken from between two marks that the shell prints; the terminal's echo of
   * the line holds neither, because they are quoted in two pieces there.
   */
  async run(command: string, limit = commandLimit): Promise<CommandResult> {
    const mark = `@${++this.#count}`;
    await this.console.send(`echo "${mark}"'<'; ${command}; echo "${mark}"'>'$?\n`);
    const what = `the end of "${command}"`;
    await this.console.expect(`${mark}<`, { what: `the start of "${command}"`, limit });
    const end = await this.console.expect(new RegExp(`${mark}>(\\d+)`), { what, limit });
    await this.console.expect(guestPrompt, { what: 'the prompt', limit });
    return { output: between(end.before), status: Number(end.groups[0]) };
  }

  /** What a command prints; throws HarnessError (product) when it fails. */
  async output(command: string): Promise<string> {
    const { output, status } = await this.run(command);
    if (status === 0) return output;
    throw new HarnessError('product', `"${command}" failed in the guest`, {
      expected: 'exit status 0',
      got: `exit status ${status}: ${output}`,
      ...this.console.position(),
    });
  }
}

/** What the command printed: the first mark's newline and the last one of the output are not its. */
function between(text: string): string {
  return text.replace(escapes, '').replace(/^\n/, '').replace(/\n$/, '');
}
