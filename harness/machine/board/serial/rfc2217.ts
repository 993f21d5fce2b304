// SPDX-License-Identifier: BSD-2-Clause
/** A client of RFC 2217: negotiates options with the server, and sets the far port. */
import { setTimeout as sleep } from 'node:timers/promises';
import { subBytes, TelnetDecoder, verbBytes, verbs } from './telnet.js';

/** Telnet options by number. */
const options = { binary: 0, echo: 1, suppressGoAhead: 3, comPort: 44 } as const;
/** Options that this side accepts, and those that the server may enable. */
const ours: readonly number[] = [options.binary, options.suppressGoAhead, options.comPort];
const theirs: readonly number[] = [options.binary, options.echo, options.suppressGoAhead];

/** Commands to the server (RFC 2217, section 3). The answer to a command has its number plus 100. */
export const commands = { baud: 1, dataBits: 2, parity: 3, stopBits: 4, control: 5 } as const;
const answerOffset = 100;

/** Values of `control`. */
export const controls = {
  none: 1,
  xonxoff: 2,
  rtscts: 3,
  breakOn: 5,
  breakOff: 6,
  dtrOn: 8,
  rtsOn: 11,
} as const;
export const parities = { none: 1, odd: 2, even: 3 } as const;

/** Milliseconds for an answer. */
const answerLimit = 5_000;

interface Waiting {
  resolve(bytes: readonly number[]): void;
  reject(error: Error): void;
}

export class ComPort {
  readonly decoder: TelnetDecoder;
  readonly #send: (bytes: Buffer) => void;
  /** Options that were agreed or refused: `do 44`, `wont 0`. */
  readonly #agreed = new Set<string>();
  readonly #announced = new Set<string>();
  readonly #waiting = new Map<number, Waiting>();
  #onAgreed = () => {};

  constructor(send: (bytes: Buffer) => void) {
    this.#send = send;
    this.decoder = new TelnetDecoder({
      onVerb: (verb, option) => this.#hear(verb, option),
      onSub: ([option, command = 0, ...value]) => {
        if (option !== options.comPort) return;
        this.#waiting.get(command - answerOffset)?.resolve(value);
      },
    });
  }

  /**
   * Requests unmodified bytes in both directions, and control of the port's settings. Rejects when the server refuses.
   */
  async agree(): Promise<void> {
    for (const option of ours) this.#announce(verbs.will, option);
    for (const option of [options.binary, options.suppressGoAhead]) this.#announce(verbs.do, option);
    const needed = [
      ['the settings of the port (COM-PORT-OPTION)', verbs.do, verbs.dont, options.comPort],
      ['unmodified bytes (BINARY)', verbs.do, verbs.dont, options.binary],
      ['unmodified bytes (BINARY)', verbs.will, verbs.wont, options.binary],
    ] as const;
    await this.#inTime(
      new Promise<void>((resolve, reject) => {
        this.#onAgreed = () => {
          const refusal = needed.find(([, , no, option]) => this.#agreed.has(`${no} ${option}`));
          if (refusal) reject(new Error(`the server refuses ${refusal[0]}`));
          else if (needed.every(([, yes, , option]) => this.#agreed.has(`${yes} ${option}`))) resolve();
        };
        this.#onAgreed();
      }),
      'the server does not speak RFC 2217',
    );
  }

  /** Changes a setting of the port, and returns the value that the server reports. */
  async set(command: number, value: readonly number[]): Promise<readonly number[]> {
    const answer = new Promise<readonly number[]>((resolve, reject) => {
      this.#waiting.set(command, { resolve, reject });
    });
    this.tell(command, value);
    return this.#inTime(answer, 'the server does not answer').finally(() => this.#waiting.delete(command));
  }

  /** Changes a setting that not every server acknowledges: for instance a server without the DTR and RTS lines. */
  tell(command: number, value: readonly number[]): void {
    this.#send(subBytes([options.comPort, command, ...value]));
  }

  #hear(verb: number, option: number): void {
    this.#agreed.add(`${verb} ${option}`);
    // Each request is answered only once: two sides that answer answers never end.
    if (verb === verbs.do) this.#announce(ours.includes(option) ? verbs.will : verbs.wont, option);
    if (verb === verbs.will) this.#announce(theirs.includes(option) ? verbs.do : verbs.dont, option);
    this.#onAgreed();
  }

  #announce(verb: number, option: number): void {
    const key = `${verb} ${option}`;
    if (this.#announced.has(key)) return;
    this.#announced.add(key);
    this.#send(verbBytes(verb, option));
  }

  async #inTime<T>(answer: Promise<T>, late: string): Promise<T> {
    const timer = new AbortController();
    const limit = sleep(answerLimit, undefined, { signal: timer.signal }).then(() => {
      throw new Error(`${late}: nothing in ${answerLimit / 1000} s`);
    });
    limit.catch(() => {});
    return Promise.race([answer, limit]).finally(() => timer.abort());
  }
}
