// SPDX-License-Identifier: BSD-2-Clause
/** Executes lists of steps on a target. */
import type { Duplex } from 'node:stream';
import { HarnessError } from '../../base/error.js';
import type { Seen } from '../../model/index.js';
import { readSeen } from './events.js';
import { type FrameKind, frameKinds } from './frame.js';
import type { Greeting } from './greeting.js';
import { protocolHash } from './header.js';
import { Link, type LinkOptions } from './link.js';
import { Packer, Unpacker } from './pack.js';
import { RecordReader, RecordWriter } from './records.js';
import { type WireStep, writeStep } from './steps.js';

/** Typical size of a step's observation in bytes. If an answer has no room for all, the host asks for the rest. */
const usualAnswer = 40;

export interface SessionOptions extends LinkOptions {
  /** The build number that the greeting must have; any when not given. */
  build?: number;
  /** Packs steps and answers, for a line that is slower than the packing. */
  packed?: boolean;
}

export class Session {
  readonly #packer: Packer | undefined;
  readonly #unpacker: Unpacker | undefined;

  private constructor(
    readonly link: Link,
    readonly greeting: Greeting,
    packed: boolean,
  ) {
    if (!packed) return;
    this.#packer = new Packer();
    this.#unpacker = new Unpacker();
  }

  /** Begins a session. Rejects when the target is silent, or has another protocol or build number. */
  static async open(
    stream: Duplex,
    { build, packed = false, ...options }: SessionOptions = {},
  ): Promise<Session> {
    const link = new Link(stream, options);
    const greeting = await link.open();
    if (greeting.protocol !== protocolHash()) throw otherBuild('protocol', protocolHash(), greeting.protocol);
    if (build !== undefined && greeting.build !== build) throw otherBuild('build', build, greeting.build);
    return new Session(link, greeting, packed);
  }

  /** Executes `steps` in order. Resolves with the observation of each. */
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

  #kind(resume: boolean): FrameKind {
    if (this.#packer === undefined) return resume ? frameKinds.resume : frameKinds.steps;
    return resume ? frameKinds.packedResume : frameKinds.packed;
  }

  /** Sends all of `steps`, several requests at a time. Appends the observations up to the first incomplete answer. */
  async #pass(steps: readonly WireStep[], seen: Seen[], resume: boolean): Promise<void> {
    const requests = this.#requests(steps);
    const sent = requests.map(({ payload }, index) =>
      this.link.request(payload, this.#kind(resume && index === 0)),
    );
    const answers = await Promise.all(sent);
    let complete = true;
    for (const [index, { count }] of requests.entries()) {
      const answer = answers[index];
      if (!complete || answer === undefined) continue;
      complete = this.#take(answer, seen) === count;
    }
  }

  /** Splits steps into payloads that fit the target's requests and, as far as can be told, its answers. */
  #requests(steps: readonly WireStep[]): { payload: Uint8Array; count: number }[] {
    const { maxRequest, maxAnswer } = this.greeting;
    const most = Math.max(1, Math.floor(maxAnswer / usualAnswer));
    const requests: { payload: Uint8Array; count: number }[] = [];
    const writer = new RecordWriter();
    let count = 0;
    let length = 0;
    const close = (size: number) => {
      const records = writer.bytes().subarray(0, size);
      requests.push({ payload: this.#packer?.pack(records, count) ?? records, count });
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
    try {
      const reader = new RecordReader(this.#unpacker?.unpack(answer) ?? answer);
      const done = reader.u16();
      for (let index = 0; index < done; index += 1) seen.push(readSeen(reader));
      return done;
    } catch (cause) {
      throw new HarnessError('harness', 'the answer of the target cannot be read', { cause });
    }
  }

  #stuck(step: WireStep | undefined): HarnessError {
    return new HarnessError('harness', 'the target does not execute this step', {
      got: JSON.stringify(step?.op),
    });
  }
}

function otherBuild(hash: string, expected: number, got: number): HarnessError {
  return new HarnessError('infrastructure', 'the agent on the target does not match this harness', {
    expected: `${hash} ${expected.toString(16)}`,
    got: `${hash} ${got.toString(16)}`,
    wayOut: 'build the target again',
  });
}
