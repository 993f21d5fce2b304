// SPDX-License-Identifier: BSD-2-Clause
/** A pseudo-terminal of which the test is the far end: socat holds the master side, the test its two pipes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, constants, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** A serial port for the code under test, which the test can plug and unplug. */
export class Pty {
  readonly #folder = mkdtempSync(join(tmpdir(), 'pty-'));
  /** The port's name, which is the same after every plug. */
  readonly path = join(this.#folder, 'port');
  #child: ChildProcess | undefined;
  #held = -1;

  static async open(onData: (bytes: Buffer) => void = () => {}): Promise<Pty> {
    const pty = new Pty(onData);
    await pty.plug();
    return pty;
  }

  readonly #onData: (bytes: Buffer) => void;

  private constructor(onData: (bytes: Buffer) => void) {
    this.#onData = onData;
  }

  /** Makes the device appear. */
  async plug(): Promise<void> {
    const words = ['-b', '65536', 'STDIO', `PTY,link=${this.path},rawer`];
    this.#child = spawn('socat', words, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child.stdin?.on('error', () => {});
    this.#child.stdout?.on('data', this.#onData);
    while (!existsSync(this.path)) await sleep(5);
    // While one end of the slave side is open, the port can be closed and opened any number of times.
    this.#held = openSync(this.path, constants.O_RDWR | constants.O_NOCTTY);
  }

  /** Makes the device vanish, as when a USB adapter is unplugged. */
  async unplug(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    this.#child = undefined;
    closeSync(this.#held);
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null)
      await new Promise((resolve) => child.once('exit', resolve));
    rmSync(this.path, { force: true });
  }

  /** Sends output from the far end. Resolves when the pipe has accepted it. Does nothing while unplugged. */
  async say(bytes: string | Buffer): Promise<void> {
    const pipe = this.#child?.stdin as Writable | undefined;
    if (pipe && !pipe.write(bytes)) await new Promise((resolve) => pipe.once('drain', resolve));
  }

  /** Stops or resumes reading from the port. */
  set deaf(deaf: boolean) {
    const pipe = this.#child?.stdout as Readable | undefined;
    if (deaf) pipe?.pause();
    else pipe?.resume();
  }

  async close(): Promise<void> {
    await this.unplug();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
