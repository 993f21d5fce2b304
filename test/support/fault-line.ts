// SPDX-License-Identifier: BSD-2-Clause
/**
 * A faulty serial line: it is placed between a virtual board's console and the port that the harness opens, and changes
 * the bytes as a test instructs it.
 */
import { connect, type Socket } from 'node:net';
import type { SerialJoint } from '../../harness/machine/virtual/pty.js';
import { Pty } from './pty.js';

/** A transformation of bytes on their way. */
export type Filter = (bytes: Buffer) => Buffer;

const nothing = Buffer.alloc(0);
export const pass: Filter = (bytes) => bytes;
export const cut: Filter = () => nothing;
/** Approximates what a receiver at half the rate makes of text. */
export const garble: Filter = (bytes) => Buffer.from(bytes.map((byte) => 0x80 | (byte << 1)));

/** Changes byte number `place`, counted from the first one that arrives; `undefined` as its new value drops it. */
export function damage(place: number, change: (byte: number) => number | undefined): Filter {
  let seen = 0;
  return (bytes) => {
    const at = place - seen;
    seen += bytes.length;
    if (at < 0 || at >= bytes.length) return bytes;
    const changed = change(bytes[at] ?? 0);
    const middle = changed === undefined ? [] : [changed];
    return Buffer.concat([bytes.subarray(0, at), Buffer.from(middle), bytes.subarray(at + 1)]);
  };
}

/** Passes everything up to and including `what`, and nothing after it. */
export function cutAfter(what: string): Filter {
  let before = '';
  let done = false;
  return (bytes) => {
    if (done) return nothing;
    const text = before + bytes.toString('latin1');
    const at = text.indexOf(what);
    const from = before.length;
    before = text;
    if (at < 0) return bytes;
    done = true;
    return bytes.subarray(0, at + what.length - from);
  };
}

/** How many of the last characters of `text` may be the beginning of `what`. */
function begun(text: string, what: string): number {
  for (let length = Math.min(text.length, what.length - 1); length > 0; length -= 1) {
    if (what.startsWith(text.slice(-length))) return length;
  }
  return 0;
}

/** Replaces the first occurrence of `what`. A possible beginning of it is held back until it is decided. */
export function replaceOnce(what: string, by: string): Filter {
  let held = '';
  let done = false;
  return (bytes) => {
    if (done) return bytes;
    const text = held + bytes.toString('latin1');
    done = text.includes(what);
    held = done ? '' : text.slice(text.length - begun(text, what));
    const clear = done ? text.replace(what, () => by) : text.slice(0, text.length - held.length);
    return Buffer.from(clear, 'latin1');
  };
}

export class FaultLine {
  fromBoard: Filter = pass;
  toBoard: Filter = pass;
  #socket: Socket | undefined;
  #pty: Pty | undefined;

  /** For the virtual board's `joint`. */
  readonly joint = async (socket: string): Promise<SerialJoint> => {
    const board = connect(socket);
    this.#socket = board;
    board.on('error', () => {});
    const pty = await Pty.open((bytes) => board.write(this.toBoard(bytes)));
    this.#pty = pty;
    board.on('data', (bytes: Buffer) => {
      const kept = this.fromBoard(bytes);
      if (kept.length > 0) void pty.say(kept);
    });
    return {
      port: pty.path,
      close: async () => {
        board.destroy();
        await pty.close();
      },
    };
  };

  get port(): string {
    return this.#pty?.path ?? '';
  }

  unplug = () => this.#pty?.unplug();
  plug = () => this.#pty?.plug();

  /** Injects bytes on the way to the harness. Resolves when the port has accepted them. */
  async inject(bytes: Buffer | string): Promise<void> {
    await this.#pty?.say(bytes);
  }

  /** Injects bytes on the way to the board. */
  toTheBoard(text: string): void {
    this.#socket?.write(text);
  }
}
