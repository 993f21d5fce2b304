// SPDX-License-Identifier: BSD-2-Clause
/** A guest's shell: runs a command and returns exactly what the command printed. */
import { HarnessError } from '../base/error.js';
import type { Console } from '../machine/console.js';
import { readFile, writeFile } from './guest-files.js';

export interface CommandResult {
  /** Everything that the command printed, without the final newline. */
  output: string;
  /** The command's exit status. */
  status: number;
}

/** Default limit for a command in milliseconds. */
const commandLimit = 30_000;
// biome-ignore lint/suspicious/noControlCharactersInRegex: removes terminal escapes
const escapes = /\x1b\[[0-9;?]*[a-zA-Z]|\r/g;

/**
 * A POSIX shell at its prompt. Nothing else is known of the guest.
 *
 * @since 0.2.0
 */
export class GuestShell {
  /** The console that the shell is on. */
  readonly console: Console;
  /** The text that the shell prints when it waits for a command. */
  readonly prompt: string;
  #count = 0;

  constructor(console: Console, prompt: string) {
    this.console = console;
    this.prompt = prompt;
  }

  /**
   * Runs one command line, for at most `limit` milliseconds. Its output is the text between two marks that the shell
   * prints. The terminal's echo of the command line contains neither mark, because each is quoted in two pieces there.
   *
   * Rejects with HarnessError (product) when the command does not end or the guest dies.
   */
  async run(command: string, limit = commandLimit): Promise<CommandResult> {
    const mark = `@${++this.#count}`;
    await this.console.send(`echo "${mark}"'<'; ${command}; echo "${mark}"'>'$?\n`);
    await this.console.expect(`${mark}<`, { what: `the start of "${command}"`, limit });
    const what = `the end of "${command}"`;
    const end = await this.console.expect(new RegExp(`${mark}>(\\d+)`), { what, limit });
    await this.console.expect(this.prompt, { what: `the prompt ${JSON.stringify(this.prompt)}`, limit });
    return { output: between(end.before), status: Number(end.groups[0]) };
  }

  /** The output of a command. Rejects with HarnessError (product) when it fails, and as {@link run} does. */
  async output(command: string, limit = commandLimit): Promise<string> {
    const { output, status } = await this.run(command, limit);
    if (status === 0) return output;
    throw new HarnessError('product', `"${command}" failed in the guest`, {
      expected: 'exit status 0',
      got: `exit status ${status}: ${output}`,
      ...this.console.position(),
    });
  }

  /** Waits until the guest asks for a user, logs in, and waits for the prompt. Rejects with HarnessError (product). */
  async login({ user, password, ask = 'login:', limit = commandLimit }: Login): Promise<void> {
    const { console } = this;
    await console.expect(ask, { what: 'the question for a user', limit });
    await console.send(`${user}\n`);
    if (password !== undefined) {
      await console.expect(/assword:/, { what: 'the question for a password', limit });
      await console.send(`${password}\n`);
    }
    await console.expect(this.prompt, { what: `the prompt ${JSON.stringify(this.prompt)}`, limit });
  }

  /**
   * Writes a file in the guest with printf, at some kilobytes per second, and checks the result with sha256sum, md5sum
   * or wc. Rejects with HarnessError (product) when a command fails or the result differs.
   */
  write(path: string, data: Uint8Array | string): Promise<void> {
    return writeFile(this, path, data);
  }

  /** Reads a file in the guest with od or base64. Rejects with HarnessError (product) when a command fails. */
  read(path: string): Promise<Buffer> {
    return readFile(this, path);
  }
}

export interface Login {
  user: string;
  /** Typed when the guest asks for a password. By default none is waited for. */
  password?: string;
  /** The prompt for the user's name; default `login:`. */
  ask?: string | RegExp;
  /** Milliseconds for the whole login; default 30,000. */
  limit?: number;
}

/** The text between the marks, without the newline after the first mark and the last newline of the output. */
function between(text: string): string {
  return text.replace(escapes, '').replace(/^\n/, '').replace(/\n$/, '');
}
