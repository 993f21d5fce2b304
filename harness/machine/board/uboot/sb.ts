// SPDX-License-Identifier: BSD-2-Clause
/** Runs lrzsz's `sb` on the harness's line: from Enter after `loady` to the end of the transfer. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { execa } from 'execa';
import { HarnessError } from '../../../base/error.js';
import type { ConsoleLog } from '../../console-log.js';
import { ymodemOverhead } from './estimate.js';

export interface SbOptions {
  line: Duplex;
  path: string;
  program: string;
  /** Milliseconds without a byte from the board. */
  silence: number;
  log: ConsoleLog | undefined;
  /** Called with the number of bytes of the file that have been sent. */
  onProgress: (bytes: number) => void;
  signal: AbortSignal;
  /** Folder of `ymodem.log`, the output of sb itself. */
  folder: string;
}

const ack = 0x06;
const wantCrc = 'C';
/** After the header's ACK the receiver asks for the file. U-Boot 2023.01 asks only after 4 s, although it listens. */
const askLimit = 100;
/** The last line that loady prints. What follows it is YMODEM. */
const ready = /Ready for binary \(ymodem\)[^\n]*\n/;

/** Number of characters before the transfer in which loady's line is searched. */
const keptOutput = 1 << 16;

/**
 * Filters the board's bytes for sb: drops the text before the transfer, and adds a request for the file if U-Boot is
 * slow to ask.
 */
class AnswerFilter {
  #output = '';
  #begun = false;
  #headerTaken = false;
  #ask: NodeJS.Timeout | undefined;

  readonly #toSb: (bytes: Buffer) => void;

  constructor(toSb: (bytes: Buffer) => void) {
    this.#toSb = toSb;
  }

  take(bytes: Buffer): void {
    if (this.#begun) {
      this.#pass(bytes);
      return;
    }
    this.#output = (this.#output + bytes.toString('latin1')).slice(-keptOutput);
    const match = ready.exec(this.#output);
    if (!match) return;
    this.#begun = true;
    this.#pass(Buffer.from(this.#output.slice(match.index + match[0].length), 'latin1'));
  }

  close(): void {
    clearTimeout(this.#ask);
  }

  #pass(bytes: Buffer): void {
    clearTimeout(this.#ask);
    if (bytes.length > 0) this.#toSb(bytes);
    if (this.#headerTaken || !bytes.includes(ack)) return;
    this.#headerTaken = true;
    if (bytes.at(-1) === ack) this.#ask = setTimeout(() => this.#toSb(Buffer.from(wantCrc)), askLimit);
  }
}

/** Presses Enter and sends the file. Rejects with HarnessError (infrastructure). */
export async function runSb(options: SbOptions): Promise<void> {
  const { line, path, program, silence, log, onProgress, signal, folder } = options;
  const sb = execa('setpriv', ['--pdeathsig', 'KILL', program, '-k', '-vv', path], {
    stdio: ['pipe', 'pipe', 'pipe'],
    buffer: { stdout: false, stderr: true },
    maxBuffer: { stderr: 16 << 20 },
    reject: false,
    detached: true,
  });
  let why: HarnessError | undefined;
  const end = (got: string) => {
    why ??= gaveUp(got);
    sb.kill('SIGKILL');
  };
  const quiet = setTimeout(() => end(`the board has not answered for ${silence / 1000} s`), silence);
  const interrupted = () => end('interrupted');
  signal.addEventListener('abort', interrupted, { once: true });
  line.on('close', () => end('the port is gone'));
  const answers = new AnswerFilter((bytes) => sb.stdin.write(bytes));
  line.on('data', (bytes: Buffer) => {
    log?.write(bytes);
    quiet.refresh();
    answers.take(bytes);
  });
  sb.stdin.on('error', () => {});
  let sent = 0;
  sb.stdout.on('data', (bytes: Buffer) => {
    sent += bytes.length;
    onProgress(sent / ymodemOverhead);
    if (line.write(bytes)) return;
    sb.stdout.pause();
    line.once('drain', () => sb.stdout.resume());
  });
  line.write('\n');
  const { exitCode, stderr, shortMessage } = await sb;
  clearTimeout(quiet);
  answers.close();
  signal.removeEventListener('abort', interrupted);
  const said = String(stderr ?? '');
  await writeFile(join(folder, 'ymodem.log'), said.replaceAll('\r', '\n'));
  if (exitCode === 0 && !why) return;
  if (exitCode === 127 || exitCode === undefined) throw why ?? missing(program, said || (shortMessage ?? ''));
  throw why ?? gaveUp(lastLine(said) || `${program} ended with exit code ${exitCode}`);
}

const lastLine = (text: string) =>
  text
    .trim()
    .split(/[\r\n]+/)
    .at(-1) ?? '';

function gaveUp(got: string): HarnessError {
  return new HarnessError('infrastructure', 'the YMODEM transfer was interrupted', { got });
}

function missing(program: string, got: string): HarnessError {
  return new HarnessError('infrastructure', `${program} cannot be started`, {
    got: got.trim(),
    wayOut: 'vmm-harness setup lab installs it (Debian: lrzsz)',
  });
}
