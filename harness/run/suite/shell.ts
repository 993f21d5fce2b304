// SPDX-License-Identifier: BSD-2-Clause
/** The shell of a guest of which only the prompt is known: runs a command and returns its output and exit status. */
import type { Console } from '../../machine/console.js';
import type { CommandResult } from '../checks/shell.js';

// biome-ignore lint/suspicious/noControlCharactersInRegex: removes terminal escapes
const escapes = /\x1b\[[0-9;?]*[a-zA-Z]|\r/g;

export interface ShellLimits {
  /** Limit for the whole command, in milliseconds. */
  limit: number;
  /** Milliseconds without a byte after which the command counts as stuck. */
  silence: number;
}

export class SuiteShell {
  #count = 0;

  constructor(
    readonly console: Console,
    readonly prompt: string,
  ) {}

  /**
   * Runs one command line in a POSIX shell. Its output is the text between two marks that the shell prints. The
   * terminal's echo of the command line contains neither mark, because each is quoted in two pieces there.
   */
  async run(command: string, limits: ShellLimits): Promise<CommandResult> {
    const mark = `@${++this.#count}`;
    await this.console.send(`echo "${mark}"'<'; ${command}; echo "${mark}"'>'$?\n`);
    await this.console.expect(`${mark}<`, { what: `the start of "${command}"`, ...limits });
    const what = `the end of "${command}"`;
    const end = await this.console.expect(new RegExp(`${mark}>(\\d+)`), { what, ...limits });
    await this.console.expect(this.prompt, { what: `the prompt ${JSON.stringify(this.prompt)}`, ...limits });
    const output = end.before.replace(escapes, '').replace(/^\n/, '').replace(/\n$/, '');
    return { output, status: Number(end.groups[0]) };
  }
}
