// SPDX-License-Identifier: BSD-2-Clause
/**
 * Copies files into and out of a guest over its console, with printf and whatever commands the guest has to check and
 * read a file.
 */
import { createHash } from 'node:crypto';
import { HarnessError } from '../base/error.js';

/** The shell that runs the commands. */
interface Shell {
  run(command: string): Promise<{ output: string; status: number }>;
  output(command: string): Promise<string>;
}

/** Quotes a word so that a POSIX shell takes it literally (XCU 2.2.2). */
const word = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Characters of a command line: shells edit no longer ones, and a terminal accepts 4095 (termios(3), MAX_CANON). */
const lineLength = 700;

/** A byte in printf's format: itself if the shell, printf and the terminal allow it, else its octal number. */
function escaped(byte: number): string {
  const isPlain = byte >= 0x20 && byte < 0x7f && !"'\\%!".includes(String.fromCharCode(byte));
  return isPlain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`;
}

/** The formats that together produce `data`. */
function* formats(data: Uint8Array): Generator<string> {
  let format = '';
  for (const byte of data) {
    // printf does not accept a format that begins like an option.
    const piece = format === '' && byte === 0x2d ? '\\055' : escaped(byte);
    if (format.length + piece.length > lineLength) {
      yield format;
      format = '';
    }
    format += piece;
  }
  if (format !== '') yield format;
}

/** Exit status of a shell for an unknown command (POSIX, XCU 2.8.2). */
const notFound = 127;

/**
 * Runs the first of these commands that the guest has. Returns its number and its output. Rejects with HarnessError
 * (product).
 */
async function firstOf(shell: Shell, commands: readonly string[]): Promise<[number, string]> {
  for (const [index, command] of commands.entries()) {
    const { output, status } = await shell.run(command);
    if (status === 0) return [index, output];
    if (status === notFound) continue;
    throw new HarnessError('product', `"${command}" failed in the guest`, {
      expected: 'exit status 0',
      got: `exit status ${status}: ${output}`,
    });
  }
  throw new HarnessError('product', 'the guest has none of the commands that can check or read a file', {
    expected: `one of ${commands.join('; ')}`,
  });
}

const digest = (algorithm: string, data: Uint8Array): string =>
  createHash(algorithm).update(data).digest('hex');

export async function writeFile(shell: Shell, path: string, content: Uint8Array | string): Promise<void> {
  const data = Buffer.from(content);
  const file = word(path);
  await shell.output(`: > ${file}`);
  for (const format of formats(data)) await shell.output(`printf '${format}' >> ${file}`);
  const sums = ['sha256', 'md5'].map((algorithm) => digest(algorithm, data));
  const checks = [...['sha256sum', 'md5sum'].map((name) => `${name} < ${file}`), `wc -c < ${file}`];
  const [which, output] = await firstOf(shell, checks);
  const expected = sums[which] ?? String(data.length);
  const [got = ''] = output.trim().split(/\s+/);
  if (got === expected) return;
  throw new HarnessError('product', `other bytes have arrived in ${path}`, { expected, got });
}

export async function readFile(shell: Shell, path: string): Promise<Buffer> {
  const file = word(path);
  const [which, output] = await firstOf(shell, [`od -An -v -tx1 < ${file}`, `base64 < ${file}`]);
  return Buffer.from(output.replace(/\s+/g, ''), which === 0 ? 'hex' : 'base64');
}
