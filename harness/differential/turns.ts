// SPDX-License-Identifier: BSD-2-Clause
/** Two machines on one board, of which one runs at a time: the guest alone, and the image of a VMM. */
import type { Greeting } from './greeting.js';
import type { Machine, Start } from './machine.js';

interface Seat {
  readonly start: Start;
}

interface Waiting {
  seat: Seat;
  resolve: (machine: Machine) => void;
  reject: (error: unknown) => void;
}

/**
 * Starts the machine that a request is for. Requests for the machine that is up are served first; when it has none left
 * it is switched off and the other one is started.
 */
class Turns {
  readonly #waiting: Waiting[] = [];
  #seat: Seat | undefined;
  #machine: Machine | undefined;
  #busy = 0;
  #switching = false;

  async use<T>(seat: Seat, work: (machine: Machine) => Promise<T>): Promise<T> {
    const machine = await new Promise<Machine>((resolve, reject) => {
      this.#waiting.push({ seat, resolve, reject });
      this.#serve();
    });
    try {
      return await work(machine);
    } finally {
      this.#busy -= 1;
      this.#serve();
    }
  }

  async off(seat: Seat): Promise<void> {
    if (this.#seat !== seat) return;
    const machine = this.#machine;
    this.#seat = this.#machine = undefined;
    await machine?.powerOff();
  }

  #serve(): void {
    if (this.#switching) return;
    this.#serveRunning();
    if (this.#waiting.length === 0 || this.#busy > 0) return;
    this.#switching = true;
    // Requests for both machines are made one after the other. Those for the one that is up come first.
    setImmediate(() => {
      this.#serveRunning();
      const [next] = this.#waiting;
      const changed = next === undefined || this.#busy > 0 ? Promise.resolve() : this.#change(next.seat);
      void changed.finally(() => {
        this.#switching = false;
        this.#serve();
      });
    });
  }

  #serveRunning(): void {
    const machine = this.#machine;
    if (machine === undefined) return;
    for (const { resolve } of this.#take(this.#seat)) {
      this.#busy += 1;
      resolve(machine);
    }
  }

  /** Removes the requests for a machine from the queue. */
  #take(seat: Seat | undefined): Waiting[] {
    const taken = this.#waiting.filter((one) => one.seat === seat);
    const left = this.#waiting.filter((one) => one.seat !== seat);
    this.#waiting.splice(0, Infinity, ...left);
    return taken;
  }

  /** Starts the other machine. If that fails, so do the requests for it. */
  async #change(to: Seat): Promise<void> {
    const before = this.#machine;
    this.#seat = this.#machine = undefined;
    try {
      await before?.powerOff();
      this.#machine = await to.start();
      this.#seat = to;
    } catch (error) {
      for (const { reject } of this.#take(to)) reject(error);
    }
  }
}

function seated(turns: Turns, start: Start): Start {
  const seat: Seat = { start };
  return async () => {
    let output = '';
    const on = <T>(work: (machine: Machine) => Promise<T>): Promise<T> =>
      turns.use(seat, async (machine) => {
        try {
          return await work(machine);
        } finally {
          output = machine.lastOutput();
        }
      });
    const about = await on(async ({ name, greeting }): Promise<{ name: string; greeting: Greeting }> => {
      return { name, greeting };
    });
    return {
      ...about,
      line: {
        run: (payload) => on(({ line }) => line.run(payload)),
        batch: (payload) => on(({ line }) => line.batch(payload)),
        member: (payload) => on(({ line }) => line.member(payload)),
      },
      lastOutput: () => output,
      powerOff: () => turns.off(seat),
    };
  };
}

/** The same machines, taking turns on one board. */
export function takingTurns(bare: Start, vmm: Start): { bare: Start; vmm: Start } {
  const turns = new Turns();
  return { bare: seated(turns, bare), vmm: seated(turns, vmm) };
}
