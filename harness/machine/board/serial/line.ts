// SPDX-License-Identifier: BSD-2-Clause
/**
 * A serial line that is held for a whole run: leased, opened before the board has power, and opened again when its USB
 * adapter or its server disappears and returns. Each user of the line (U-Boot's console, a transfer, the guest's
 * console) has its own stream. Input goes to the newest stream, so that no part of a transfer ends up in a console.
 */

import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { HarnessError } from '../../../base/error.js';
import { seconds } from '../../../base/text.js';
import { noBreak, rateRefused, reasonOf, stayedAway } from './errors.js';
import { type Lease, takeLease } from './lease.js';
import { Legibility } from './legibility.js';
import { LineStream } from './line-stream.js';
import { openPort } from './open-port.js';
import type { Port } from './port.js';
import { bytesPerSecond, type LineSettings } from './settings.js';
import { watchPause } from './watch-device.js';

export interface LineOptions {
  /**
   * The port as in the lab file. For a device preferably the name below /dev/serial/by-id, which stays the same when
   * the adapter is plugged in again.
   */
  path: string;
  settings: LineSettings;
  /** The command that uses the port, for others who find it busy. */
  command: string;
  /** Called with a message about the line itself: it vanished, it is back, a lease was taken over. */
  onNote?: (text: string) => void;
  /** Milliseconds to wait for a vanished port; 20 s by default. */
  reconnectLimit?: number;
  /** Folder of lock files, if not the system's. */
  lockFolder?: string;
}

type Tap = (bytes: Buffer) => void;

const reconnectPause = 100;
/** A write may take this much longer than the line needs for its bytes, in milliseconds. */
const writeSlack = 5_000;

export class SerialLine {
  readonly path: string;
  readonly legibility = new Legibility();
  readonly #streams: LineStream[] = [];
  readonly #taps = new Set<Tap>();
  #port: Port | undefined;
  #settings: LineSettings;
  #bytes = 0;
  #ended: HarnessError | undefined;
  #reconnecting: Promise<void> | undefined;

  readonly #options: LineOptions;
  #lease: Lease;

  private constructor(options: LineOptions, lease: Lease) {
    this.#options = options;
    this.#lease = lease;
    this.path = options.path;
    this.#settings = options.settings;
  }

  /** Leases and opens the port. Rejects with HarnessError: busy, absent, no permission, not a port. */
  static async open(options: LineOptions): Promise<SerialLine> {
    const line = new SerialLine(options, await leaseFor(options));
    try {
      line.#use(await openPort(options.path, options.settings));
    } catch (error) {
      await line.#lease.release();
      throw error;
    }
    return line;
  }

  /** Bytes received since it was opened. */
  get received(): number {
    return this.#bytes;
  }

  /** The error that made the line unusable; undefined while it is usable. */
  get failure(): HarnessError | undefined {
    return this.#ended;
  }

  get speed(): LineSettings {
    return this.#settings;
  }

  /**
   * A stream that has the line to itself until it is destroyed; then the previous one has it again. `slowly` applies
   * the board's character delay.
   */
  attach({ slowly = true } = {}): Duplex {
    const write = (bytes: Buffer) => this.write(bytes, slowly);
    const stream = new LineStream(write, () => {
      const index = this.#streams.indexOf(stream);
      if (index >= 0) this.#streams.splice(index, 1);
    });
    stream.on('error', () => {});
    this.#streams.push(stream);
    if (this.#ended) stream.destroy(this.#ended);
    return stream;
  }

  /**
   * Also passes every received byte to `tap`, before the current stream gets it. Returns the function that stops it.
   */
  tap(tap: Tap): () => void {
    this.#taps.add(tap);
    return () => this.#taps.delete(tap);
  }

  /** Changes the rate of the open port. */
  async setBaud(baud: number): Promise<void> {
    this.#settings = { ...this.#settings, baud };
    const port = await this.#opened();
    await port.setBaud(baud).catch((cause: Error) => {
      throw this.#ended ?? rateRefused(this.path, cause);
    });
  }

  async sendBreak(): Promise<void> {
    const port = await this.#opened();
    await port.sendBreak().catch((cause: Error) => {
      throw this.#ended ?? noBreak(this.path, cause);
    });
  }

  /** Resolves when the port has accepted the bytes. Waits for a port that is being plugged in again. */
  async write(bytes: Buffer, slowly = false): Promise<void> {
    const { characterDelay } = this.#settings;
    if (!slowly || characterDelay === 0) return this.#put(bytes);
    for (const byte of bytes) {
      await this.#put(Buffer.from([byte]));
      await sleep(characterDelay);
    }
  }

  /** Ends all waits on the line with this error. The first such error stays. */
  fail(error: HarnessError): void {
    this.#ended ??= error;
    for (const stream of [...this.#streams]) stream.destroy(this.#ended);
  }

  /** Closes the port and releases the lease. */
  async close(): Promise<void> {
    this.fail(new HarnessError('infrastructure', 'the line was closed', { where: this.path }));
    await this.#reconnecting;
    const port = this.#port;
    this.#port = undefined;
    if (port) await port.close();
    await this.#lease.release();
  }

  /** Repeats a write that failed because the port vanished, once it is back. */
  async #put(bytes: Buffer): Promise<void> {
    for (;;) {
      const port = await this.#opened();
      try {
        if (await this.#writeTo(port, bytes)) return;
      } catch (error) {
        await sleep(2 * watchPause);
        if (port === this.#port) throw error;
      }
    }
  }

  /**
   * Whether the port accepted the bytes; false when it was closed meanwhile. A write to a vanished port never calls
   * back.
   */
  async #writeTo({ stream }: Port, bytes: Buffer): Promise<boolean> {
    const limit = writeSlack + (1_000 * bytes.length) / bytesPerSecond(this.#settings);
    let timer: NodeJS.Timeout | undefined;
    let closed = () => {};
    try {
      return await new Promise<boolean>((resolve, reject) => {
        const got = `${bytes.length} bytes not accepted after ${seconds(limit)}`;
        timer = setTimeout(() => reject(this.#trouble(got)), limit);
        closed = () => resolve(false);
        stream.once('close', closed);
        stream.write(bytes, (cause) => (cause ? reject(this.#trouble(cause.message)) : resolve(true)));
      });
    } finally {
      clearTimeout(timer);
      stream.off('close', closed);
    }
  }

  #trouble(got: string): HarnessError {
    const wayOut = 'check the cable, and flow_control in the lab file';
    const detail = { where: this.path, got, wayOut };
    return this.#ended ?? new HarnessError('infrastructure', 'the port accepts no output', detail);
  }

  async #opened(): Promise<Port> {
    await this.#reconnecting;
    if (this.#ended) throw this.#ended;
    if (!this.#port) throw new HarnessError('harness', 'the line has no port', { where: this.path });
    return this.#port;
  }

  #use(port: Port): void {
    this.#port = port;
    port.stream.on('data', (bytes: Buffer) => this.#take(bytes));
    port.stream.on('error', () => {});
    port.stream.on('close', () => {
      if (port !== this.#port || this.#ended) return;
      this.#port = undefined;
      this.#reconnecting = this.#reconnect(port.whyGone()).finally(() => {
        this.#reconnecting = undefined;
      });
    });
  }

  #take(bytes: Buffer): void {
    this.#bytes += bytes.length;
    this.legibility.add(bytes);
    for (const tap of this.#taps) tap(bytes);
    this.#streams.at(-1)?.push(bytes);
  }

  async #reconnect(why: string): Promise<void> {
    const { path, onNote = () => {}, reconnectLimit: limit = 20_000 } = this.#options;
    const begin = performance.now();
    const gone = () => (performance.now() - begin) / 1000;
    let last = why;
    onNote(`${path} has vanished${why === '' ? '' : ` (${why})`}; waiting for it`);
    while (!this.#ended && gone() * 1000 < limit) {
      await sleep(reconnectPause);
      const port = await this.#reopen().catch((error: unknown) => {
        last = reasonOf(error);
        return undefined;
      });
      if (!port) continue;
      this.#use(port);
      onNote(`${path} is back after ${gone().toFixed(1)} s; the board's output meanwhile is lost`);
      return;
    }
    this.fail(stayedAway(path, gone(), last));
  }

  /** The device may have a different name now (ttyUSB1), so the lease is taken again. */
  async #reopen(): Promise<Port> {
    const port = await openPort(this.path, this.#settings);
    try {
      await this.#lease.release();
      this.#lease = await leaseFor(this.#options);
    } catch (error) {
      await port.close();
      throw error;
    }
    return port;
  }
}

async function leaseFor({ path, command, onNote, lockFolder }: LineOptions): Promise<Lease> {
  const lease = await takeLease(path, { command, ...(lockFolder !== undefined && { folder: lockFolder }) });
  const { tookOver } = lease;
  if (tookOver) onNote?.(`${path}: took over from PID ${tookOver.pid}, which ended without releasing it`);
  return lease;
}
