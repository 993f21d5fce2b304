// SPDX-License-Identifier: BSD-2-Clause
/** Steps on a target: a list of them in, what was seen of each out. */
import type { Duplex } from 'node:stream';
import { HarnessError } from '../../base/error.js';
import type { Seen } from '../../model/index.js';
import { readSeen } from './events.js';
import type { Greeting } from './greeting.js';
import { protocolHash } from './header.js';
import { Link, type LinkOptions } from './link.js';
import { RecordReader, RecordWriter } from './records.js';
import { type WireStep, writeStep } from './steps.js';

/** Bytes of an answer that a step takes, more or less: what does not fit is asked for again. */
const usualAnswer = 40;

export interface SessionOptions extends LinkOptions {
  /** The number that the target has to greet with; any when not given. */
  build?: number;
}

export class Session {
  private constructor(
    readonly link: Link,
    readonly greeting: Greeting,
  ) {}

  /** Begins a session. Rejects when the target is silent, speaks another protocol, or is of another build. */
  static async open(stream: Duplex, { build, ...options }: SessionOptions = {}): Promise<Session> {
    const link = new Link(stream, options);
    const greeting = await link.open();
    if (greeting.protocol !== protocolHash()) throw otherBuild('protocol', protocolHash(), greeting.protocol);
    if (build !== undefined && greeting.build !== build) throw otherBuild('build', build, greeting.build);
    return new Session(link, greeting);
  }

  /** Does `steps` in order; resolves with what was seen of each. */
  async run(steps: readonly WireStep[]): Promise<Seen[]> {
    const seen: Seen[] = [];
    let resume = false;
    while (seen.length < steps.length) {
      const before = seen.length;
      await this.#pass(steps.slice(before), seen, resume);
      if (seen.length === before && resume) throw this.#stuck(steps[before]);
      resume = true;
    }
    return seen;
  }

  /** Sends all of `steps`, several requests at a time, and takes what was done up to the first gap. */
  async #pass(steps: readonly WireStep[], seen: Seen[], resume: boolean): Promise<void> {
    const requests = this.#requests(steps);
    const sent = requests.map(({ payload }, index) => this.link.request(payload, resume && index === 0));
    const answers = await Promise.all(sent);
    let complete = true;
    for (const [index, { count }] of requests.entries()) {
      const answer = answers[index];
      if (!complete || answer === undefined) continue;
      complete = this.#take(answer, seen) === count;
    }
  }

  /** Payloads that hold as many steps each as the target takes, and as its answer has room for. */
  #requests(steps: readonly WireStep[]): { payload: Uint8Array; count: number }[] {
    const { maxRequest, maxAnswer } = this.greeting;
    const most = Math.max(1, Math.floor(maxAnswer / usualAnswer));
    const requests: { payload: Uint8Array; count: number }[] = [];
    const writer = new RecordWriter();
    let count = 0;
    let length = 0;
    const close = (size: number) => {
      requests.push({ payload: writer.bytes().subarray(0, size), count });
      writer.clear();
      count = 0;
    };
    for (const step of steps) {
      length = writer.length;
      writeStep(writer, step);
      if (count > 0 && (writer.length > maxRequest || count === most)) {
        close(length);
        writeStep(writer, step);
      }
      count += 1;
    }
    if (count > 0) close(writer.length);
    return requests;
  }

  #take(answer: Uint8Array, seen: Seen[]): number {
    const reader = new RecordReader(answer);
    try {
      const done = reader.u16();
      for (let index = 0; index < done; index += 1) seen.push(readSeen(reader));
      return done;
    } catch (cause) {
      throw new HarnessError('harness', 'the answer of the target cannot be read', { cause });
    }
  }

  #stuck(step: WireStep | undefined): HarnessError {
    return new HarnessError('harness', 'the target does not do this step', { got: JSON.stringify(step?.op) });
  }
}

function otherBuild(hash: string, expected: number, got: number): HarnessError {
  return new HarnessError('infrastructure', 'the agent on the target is of another build than this harness', {
    expected: `${hash} ${expected.toString(16)}`,
    got: `${hash} ${got.toString(16)}`,
    wayOut: 'build the target again',
  });
}
