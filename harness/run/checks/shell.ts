// SPDX-License-Identifier: BSD-2-Clause
/** The guest's shell: runs a command and returns exactly what the command printed. */
import { HarnessError } from '../../base/error.js';
import type { Console } from '../../machine/console.js';
import { guestPrompt } from '../boot.js';

export interface CommandResult {
  /** Everything that the command printed, without the final newline. */
  output: string;
  /** The command's exit status. */
  status: number;
}

/** Milliseconds that a check's command may take. */
const commandLimit = 30_000;
// biome-ignore lint/suspicious/noControlCharactersInRegex: removes terminal escapes
const escapes = /\x1b\[[0-9;?]*[a-zA-Z]|\r/g;

export class GuestShell {
  #count = 0;

  constructor(readonly console: Console) {}

  /** Silences the kernel: its messages between a command's lines would look like the command's output. */
  async quiet(): Promise<void> {
    await this.run('dmesg -n 1');
  }

  /**
   * Runs one command line. Its output is the text between two marks that the shell prints. The terminal's echo of the
   * command line contains neither mark, because each is quoted in two pieces there.
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

  /** The output of a command. Throws HarnessError (product) when the command fails. */
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

/** The text between the marks, without the newline after the first mark and the last newline of the output. */
function between(text: string): string {
  return text.replace(escapes, '').replace(/^\n/, '').replace(/\n$/, '');
}
