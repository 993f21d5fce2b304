// SPDX-License-Identifier: BSD-2-Clause
/** A shell in a guest that nothing is known of but its prompt: runs a command, gives what it printed and its status. */
import type { Console } from '../../machine/console.js';
import type { CommandResult } from '../checks/shell.js';

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal escapes are what is taken off here
const escapes = /\x1b\[[0-9;?]*[a-zA-Z]|\r/g;

export interface ShellLimits {
  /** Milliseconds for the whole command. */
  limit: number;
  /** Milliseconds without a byte. */
  silence: number;
}

export class SuiteShell {
  #count = 0;

  constructor(
    readonly console: Console,
    readonly prompt: string,
  ) {}

  /**
   * Runs one command line of a POSIX shell. Its output lies between two marks that the shell prints. The terminal's echo
   * of the line holds neither, because they are quoted in two pieces there.
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
