// SPDX-License-Identifier: BSD-2-Clause
/** A wait for text or for silence on a console, with its limits. They grow while the machine waits for a CPU of the host. */
import { type ErrorDetail, type Fault, HarnessError } from '../base/error.js';

export interface ExpectOptions {
  /** How errors name the awaited text ("the guest's prompt"); the pattern itself by default. */
  what?: string;
  /** Limit for the whole wait, in milliseconds; 30,000 by default. */
  limit?: number;
  /** Milliseconds without a single byte after which the wait fails; by default only the limit counts. */
  silence?: number;
}

/** The awaited text has not appeared: the limit has expired, or the machine was silent for too long. */
export class WaitError extends HarnessError {
  readonly why: 'limit' | 'silence';

  constructor(why: 'limit' | 'silence', message: string, detail: ErrorDetail, fault: Fault = 'product') {
    super(fault, message, detail);
    this.why = why;
  }
}

/** Which limit of a wait has expired. */
export type Limit = WaitError['why'];

interface WaitRequest<T> {
  /** Undefined waits for silence. */
  pattern: string | RegExp | undefined;
  what: string;
  /** Milliseconds. */
  limit: number;
  silence?: number | undefined;
  /** The error when the limit expires: its message, and what was expected. */
  late: { message: string; expected: string };
  resolve: (result: T) => void;
  reject: (error: HarnessError) => void;
  /** Milliseconds that the machine has waited for a CPU so far. */
  starved: () => number;
  /** Called when a limit expires. It may go on: see {@link Wait.goesOn}. */
  expired: (why: Limit) => void;
}

/** Milliseconds of waiting for a CPU that are no reason to wait longer. */
const leastOwed = 20;
/** How many times its limit a wait can take on a host that gives the machine no time. */
const mostGrowth = 10;

export class Wait<T> {
  readonly reject: (error: HarnessError) => void;
  readonly #timers: Partial<Record<Limit, NodeJS.Timeout>> = {};
  /** What the machine had waited for a CPU when each limit began to count. */
  readonly #starved: Record<Limit, number>;
  /** Until when limits may grow, by `performance.now()`. */
  readonly #latest: number;
  /** Whether the limit of silence that counts now is what was owed of an earlier one. */
  #grown = false;

  constructor(readonly request: WaitRequest<T>) {
    this.reject = calledFrom(request.reject);
    const starved = request.starved();
    this.#starved = { limit: starved, silence: starved };
    this.#latest = performance.now() + mostGrowth * request.limit;
    this.#count('limit', request.limit, starved);
    if (request.silence !== undefined) this.#count('silence', request.silence, starved);
  }

  /** Silence counts anew. */
  heard(): void {
    const { silence, starved } = this.request;
    if (silence === undefined) return;
    if (this.#grown) this.#count('silence', silence, starved());
    else this.#timers.silence?.refresh();
    this.#grown = false;
  }

  /** Whether a limit goes on because the machine has not had the time that it allows. */
  goesOn(why: Limit): boolean {
    const starved = this.request.starved();
    const owed = Math.min(starved - this.#starved[why], this.#latest - performance.now());
    if (owed < leastOwed) return false;
    this.#count(why, owed, starved);
    if (why === 'silence') this.#grown = true;
    return true;
  }

  /** No limit expires any more. */
  end(): void {
    clearTimeout(this.#timers.limit);
    clearTimeout(this.#timers.silence);
  }

  #count(why: Limit, ms: number, starved: number): void {
    clearTimeout(this.#timers[why]);
    this.#starved[why] = starved;
    this.#timers[why] = setTimeout(() => this.request.expired(why), ms);
  }
}

/**
 * Gives a wait's error the stack of its caller, because the error itself is created where bytes arrive or a timer
 * expires.
 */
function calledFrom(reject: (error: HarnessError) => void): (error: HarnessError) => void {
  const called: { stack?: string } = {};
  Error.captureStackTrace(called, Wait);
  return (error) => {
    error.stack = (called.stack ?? '').replace(/^.*/, `${error.name}: ${error.message}`);
    reject(error);
  };
}
