// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict';
import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { HarnessError } from '../../../../harness/base/error.js';
import { encodeFrame, type Frame, FrameReader, frameKinds } from '../../../../harness/conform/link/frame.js';
import { greetingRecord } from '../../../../harness/conform/link/greeting.js';
import { Link } from '../../../../harness/conform/link/link.js';
import { RecordWriter } from '../../../../harness/conform/link/records.js';
import { run, test } from '../../../support/test.js';

const window = 4;

/**
 * The other end of a line, like `sel4-vmm-c/conform/steps/link.c`: executes each request once, keeps its last answers.
 */
class Peer {
  readonly done: string[] = [];
  readonly #answers = new Map<number, Frame>();
  #session = 0;
  #expected = 0;
  #asked = false;
  readonly reader = new FrameReader({
    frame: (frame) => this.#receive(frame),
    damaged: () => this.#again(),
    text: () => {},
  });

  constructor(readonly send: (line: Uint8Array) => void) {}

  #receive(frame: Frame): void {
    if (frame.session !== this.#session) {
      if (frame.kind !== frameKinds.open) return;
      this.#session = frame.session;
      this.#answer(frame);
    } else if (frame.number === this.#expected) this.#answer(frame);
    else if (((this.#expected - 1 - frame.number) & 0xffff) < window) {
      const kept = this.#answers.get(frame.number % window);
      if (kept?.number === frame.number) this.send(encodeFrame(kept));
    } else this.#again();
  }

  #answer({ session, number, kind, payload }: Frame): void {
    this.#expected = (number + 1) & 0xffff;
    this.#asked = false;
    const isOpen = kind === frameKinds.open;
    if (!isOpen) this.done.push(Buffer.from(payload).toString());
    const answer = {
      session,
      number,
      kind: isOpen ? frameKinds.greeting : frameKinds.seen,
      payload: isOpen ? greeting() : Buffer.from(payload).reverse(),
    };
    this.#answers.set(number % window, answer);
    this.send(encodeFrame(answer));
  }

  #again(): void {
    if (this.#session === 0 || this.#asked) return;
    this.#asked = true;
    const payload = new Uint8Array();
    this.send(
      encodeFrame({ session: this.#session, number: this.#expected, kind: frameKinds.again, payload }),
    );
  }
}

function greeting(): Uint8Array {
  const writer = new RecordWriter();
  const zero = Object.entries(greetingRecord.fields).map(([name, type]) => [name, type === 'u64' ? 0n : 0]);
  writer.add(greetingRecord, { ...Object.fromEntries(zero), window, maxRequest: 100, maxAnswer: 100 });
  return writer.bytes();
}

/** Damages data on a line, in one direction. */
type Damage = (line: Uint8Array) => Uint8Array;

/** A stream with a peer at its other end. */
function connect(out: Damage, back: Damage): { stream: Duplex; peer: Peer } {
  const stream = new Duplex({
    read: () => {},
    write: (chunk: Uint8Array, _, callback) => {
      setImmediate(() => peer.reader.push(out(chunk)));
      callback();
    },
  });
  const peer = new Peer((line) => setImmediate(() => stream.push(back(line))));
  return { stream, peer };
}

const intact: Damage = (line) => line;

/** Damages lines according to `choices`, one after the other, then passes them on unchanged. */
function damaging(choices: readonly (readonly [kind: number, at: number])[]): Damage {
  const left = [...choices];
  return (line) => {
    const [kind, at] = left.shift() ?? [0, 0];
    const place = at % line.length;
    if (kind === 1) return new Uint8Array();
    if (kind === 2) return line.subarray(0, place);
    if (kind === 3) return Buffer.concat([line.subarray(0, place), line.subarray(place + 1 + (at % 7))]);
    if (kind === 4)
      return Buffer.concat([line.subarray(0, place), Buffer.from('panic!\n'), line.subarray(place)]);
    if (kind !== 5) return line;
    const flipped = Buffer.from(line);
    flipped[place] = (flipped[place] ?? 0) ^ (1 << (at % 8));
    return flipped;
  };
}

const choices = fc.array(fc.tuple(fc.nat(5), fc.nat(500)), { maxLength: 12 });
const payload = (index: number) => Buffer.from(`request ${index}`);
const reversed = (index: number) => Buffer.from(payload(index)).reverse().toString();

test(
  'each request is executed once, in order, and answered, whatever the line loses or damages',
  async () => {
    await fc.assert(
      fc.asyncProperty(choices, choices, fc.integer({ min: 1, max: 12 }), async (out, back, count) => {
        const { stream, peer } = connect(damaging(out), damaging(back));
        const link = new Link(stream, { patience: 5, retries: 40 });
        await link.open();
        const indices = Array.from({ length: count }, (_, index) => index);
        const answers = await Promise.all(indices.map((index) => link.request(payload(index))));
        link.close();
        assert.deepEqual(
          peer.done,
          indices.map((index) => payload(index).toString()),
        );
        assert.deepEqual(
          answers.map((answer) => Buffer.from(answer).toString()),
          indices.map(reversed),
        );
      }),
      { numRuns: 60 },
    );
  },
  { limit: 60_000 },
);

test('several requests are in flight, but no more than the target keeps answers for', async () => {
  const { stream } = connect(intact, intact);
  let flying = 0;
  let most = 0;
  const write = stream.write.bind(stream);
  stream.write = ((chunk: Uint8Array) => {
    flying += 1;
    most = Math.max(most, flying);
    return write(chunk);
  }) as typeof stream.write;
  stream.on('data', () => {
    flying -= 1;
  });
  const link = new Link(stream);
  await link.open();
  await Promise.all(Array.from({ length: 20 }, (_, index) => link.request(payload(index))));
  link.close();
  assert.equal(most, window);
});

test(
  'request numbers wrap after 65535',
  async () => {
    const { stream, peer } = connect(intact, intact);
    const link = new Link(stream);
    await link.open();
    const total = 0x1_0010;
    let last: Uint8Array = new Uint8Array();
    for (let at = 0; at < total; at += 64) {
      const batch = Array.from({ length: 64 }, (_, index) => link.request(payload(at + index)));
      last = (await Promise.all(batch)).at(-1) ?? last;
    }
    link.close();
    assert.equal(peer.done.length, 0x1_0040);
    assert.equal(Buffer.from(last).toString(), reversed(0x1_003f));
  },
  { limit: 60_000 },
);

test('other output is passed on', async () => {
  let text = '';
  const { stream } = connect(intact, (line) => Buffer.concat([Buffer.from('MON|INFO: x\n'), line]));
  const link = new Link(stream, {
    onText: (bytes) => {
      text += Buffer.from(bytes).toString();
    },
  });
  await link.open();
  link.close();
  assert.equal(text, 'MON|INFO: x\n');
});

async function failure(act: () => Promise<unknown>): Promise<HarnessError> {
  const error = await act().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof HarnessError);
  return error;
}

test('a silent target is an infrastructure error with the time waited', async () => {
  const { stream } = connect(() => new Uint8Array(), intact);
  const link = new Link(stream, { patience: 5, retries: 2 });
  const error = await failure(() => link.open());
  assert.equal(error.fault, 'infrastructure');
  assert.match(error.message, /silent/);
  assert.match(error.explain(), /never greeted/);
});

test('a target that stands still is asked once more, and is then silent, long before its time is up', async () => {
  let looks = 0;
  let deaf = false;
  const { stream, peer } = connect((line) => (deaf ? new Uint8Array() : line), intact);
  const link = new Link(stream, { patience: 60_000, retries: 8 });
  await link.open();
  link.setPatience(60_000, 8, async () => {
    looks += 1;
    return looks > 1;
  });
  await link.request(payload(0));
  deaf = true;
  const error = await failure(() => link.request(payload(1)));
  assert.match(error.message, /silent/);
  assert.deepEqual([looks, link.counts.repeated, peer.done.length], [3, 1, 1]);
});

test('a target that restarts in the middle of a session is noticed', async () => {
  const { stream } = connect(intact, intact);
  const link = new Link(stream);
  await link.open();
  const kind = frameKinds.greeting;
  stream.push(encodeFrame({ session: 0, number: 0, kind, payload: new Uint8Array() }));
  await new Promise((resolve) => setImmediate(resolve));
  const error = await failure(() => link.request(payload(0)));
  assert.match(error.message, /reset/);
  assert.equal(error.fault, 'infrastructure');
});

test('a closed line rejects every request in flight', async () => {
  const { stream } = connect(intact, intact);
  const link = new Link(stream);
  await link.open();
  const waiting = failure(() => link.request(payload(0)));
  stream.destroy();
  assert.equal((await waiting).fault, 'infrastructure');
});

test('an answer of an earlier session is ignored', async () => {
  const { stream } = connect(intact, intact);
  const link = new Link(stream, { session: 7 });
  await link.open();
  const kind = frameKinds.seen;
  stream.push(encodeFrame({ session: 6, number: 1, kind, payload: Buffer.from('stale') }));
  assert.equal(Buffer.from(await link.request(payload(3))).toString(), reversed(3));
  link.close();
});

run();
