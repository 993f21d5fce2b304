// SPDX-License-Identifier: BSD-2-Clause
/** Serial lines for benchmarks: one as slow as a real one, and one at full speed. */
import { connect, createServer, type Socket } from 'node:net';
import { joinPty, type SerialJoint } from '../../machine/virtual/pty.js';

/** Passes `rate` bytes per second, in order, as a UART's shift register does. */
class Throttle {
  readonly #waiting: Buffer[] = [];
  #timer: NodeJS.Timeout | undefined;
  #last = 0;

  readonly #rate: number;
  readonly #out: (bytes: Buffer) => void;

  constructor(rate: number, out: (bytes: Buffer) => void) {
    this.#rate = rate;
    this.#out = out;
  }

  put(bytes: Buffer): void {
    this.#waiting.push(bytes);
    if (this.#timer) return;
    this.#last = performance.now();
    this.#timer = setInterval(() => this.#shift(), 1);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #shift(): void {
    const now = performance.now();
    let room = Math.floor(((now - this.#last) * this.#rate) / 1000);
    this.#last += (room * 1000) / this.#rate;
    while (room > 0 && this.#waiting[0]) {
      const head = this.#waiting[0].subarray(0, room);
      room -= head.length;
      this.#out(head);
      if (head.length === this.#waiting[0].length) this.#waiting.shift();
      else this.#waiting[0] = this.#waiting[0].subarray(head.length);
    }
    if (this.#waiting.length > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

/** A joint for the virtual board whose line carries `rate` bytes per second in each direction. */
export function throttledJoint(rate: number) {
  return async (socket: string, port: string): Promise<SerialJoint> => {
    const board = connect(socket);
    board.on('error', () => {});
    let toBoard: Throttle | undefined;
    const middle = `${socket}.throttled`;
    const server = createServer((harness: Socket) => {
      harness.on('error', () => {});
      const toHarness = new Throttle(rate, (bytes) => harness.write(bytes));
      toBoard = new Throttle(rate, (bytes) => board.write(bytes));
      const throttle = toBoard;
      board.on('data', (bytes: Buffer) => toHarness.put(bytes));
      board.on('close', () => toHarness.stop());
      harness.on('data', (bytes: Buffer) => throttle.put(bytes));
    });
    await new Promise<void>((resolve) => server.listen(middle, resolve));
    const joint = await joinPty(middle, port);
    return {
      port: joint.port,
      async close() {
        toBoard?.stop();
        board.destroy();
        await joint.close();
        server.close();
      },
    };
  };
}

/** A port on which `total` bytes of lines arrive as fast as they are read. */
export async function flood(socket: string, port: string, line: string, total: number): Promise<SerialJoint> {
  const chunk = Buffer.from(line.repeat(Math.ceil(65_536 / line.length)), 'latin1');
  const server = createServer(async (harness: Socket) => {
    harness.on('error', () => {});
    // The first byte from the other side means that the port is open.
    await new Promise((resolve) => harness.once('data', resolve));
    for (let sent = 0; sent < total; sent += chunk.length) {
      const part = chunk.subarray(0, Math.min(chunk.length, total - sent));
      if (!harness.write(part)) await new Promise((resolve) => harness.once('drain', resolve));
    }
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  const joint = await joinPty(socket, port);
  return {
    port: joint.port,
    async close() {
      await joint.close();
      server.close();
    },
  };
}
