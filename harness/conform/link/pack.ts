// SPDX-License-Identifier: BSD-2-Clause
/**
 * Packs records for a slow line, as sel4-vmm-c/conform/steps/pack.c does: an adaptive binary range coder over the bytes of
 * records. Each byte is predicted from the bytes at the same place in earlier records of its kind.
 */
import { eventRecords, outcomeRecords } from './events.js';
import { type RecordFormat, recordSize } from './records.js';
import { resetRecord, stepRecords } from './steps.js';

/** Tags are below this. */
const tags = 64;
/** The probability of a one, of 65536: at first, at least, at most; it moves by its distance shifted by `rate`. */
const [initial, least, most, rate] = [0x4000, 0x20, 0xffe0, 4];
const countSize = 2;

/** Bytes of each record by its tag. */
type Sizes = readonly number[];

const sizesOf = (formats: readonly RecordFormat[]): Sizes =>
  Array.from({ length: tags }, (_, tag) => {
    const format = formats.find((one) => one.tag === tag);
    return format === undefined ? 0 : recordSize(format);
  });

const stepSizes = sizesOf([...Object.values(stepRecords), resetRecord]);
const eventFormats = [...Object.values(eventRecords), ...Object.values(outcomeRecords)];
const eventSizes = sizesOf(eventFormats);

/** One for a tag after each tag, and one for each byte behind a tag. */
const contextsOf = (sizes: Sizes): number => sizes.reduce((sum, size) => sum + Math.max(0, size - 1), tags);

/** What C needs to do the same. */
export const packDefines = {
  TAGS: tags,
  INITIAL: initial,
  LEAST: least,
  MOST: most,
  RATE: rate,
  STEP_CONTEXTS: contextsOf(stepSizes),
  EVENT_CONTEXTS: contextsOf(eventSizes),
} as const;
export const eventSizeTable: readonly RecordFormat[] = eventFormats;

/** The probabilities of one direction of a session. */
class Model {
  readonly #ones: Uint16Array;
  readonly #first: number[] = [];
  #last = 0;

  constructor(readonly sizes: Sizes) {
    this.#ones = new Uint16Array(contextsOf(sizes) * 256).fill(initial);
    let next = tags;
    for (const size of sizes) {
      this.#first.push(next);
      next += Math.max(0, size - 1);
    }
  }

  /** Passes a record through the coder, byte by byte. Returns its bytes; throws RangeError for an unknown tag. */
  record(code: (ones: Uint16Array, byte: number) => number, bytes: Uint8Array, at: number): number[] {
    const tag = code(this.#context(this.#last), bytes[at] ?? 0);
    const size = this.sizes[tag] ?? 0;
    if (size === 0) throw new RangeError(`no record has tag ${tag}`);
    this.#last = tag;
    const first = this.#first[tag] ?? 0;
    const record = [tag];
    for (let place = 1; place < size; place += 1)
      record.push(code(this.#context(first + place - 1), bytes[at + place] ?? 0));
    return record;
  }

  #context(number: number): Uint16Array {
    return this.#ones.subarray(number * 256, number * 256 + 256);
  }
}

/** The interval of the range coder. */
class Interval {
  low = 0;
  high = 0xffff_ffff;

  middle(one: number): number {
    return this.low + Math.floor(((this.high - this.low) * one) / 65_536);
  }

  narrow(ones: Uint16Array, node: number, bit: number, middle: number): void {
    const one = ones[node] ?? 0;
    if (bit) {
      this.high = middle;
      ones[node] = one + ((most - one) >> rate);
    } else {
      this.low = middle + 1;
      ones[node] = one - ((one - least) >> rate);
    }
  }

  /** Whether the top byte is decided; `shift` then drops it. */
  get decided(): boolean {
    return (this.low ^ this.high) >>> 24 === 0;
  }

  shift(): void {
    this.low = (this.low << 8) >>> 0;
    this.high = ((this.high << 8) | 0xff) >>> 0;
  }
}

/** Packs the steps of a session's requests, in the order of the requests. */
export class Packer {
  readonly #model = new Model(stepSizes);

  /** Packs `count` records. */
  pack(records: Uint8Array, count: number): Uint8Array {
    const interval = new Interval();
    const out = [count & 0xff, count >> 8];
    const encode = (ones: Uint16Array, byte: number): number => {
      let node = 1;
      for (let shift = 7; shift >= 0; shift -= 1) {
        const bit = (byte >> shift) & 1;
        interval.narrow(ones, node, bit, interval.middle(ones[node] ?? 0));
        node = (node << 1) | bit;
        for (; interval.decided; interval.shift()) out.push(interval.high >>> 24);
      }
      return byte;
    };
    for (let at = 0; at < records.length; ) at += this.#model.record(encode, records, at).length;
    return Uint8Array.from([...out, ...lastBytes(interval)]);
  }
}

/** The shortest bytes that lie in the interval when zeros follow. */
function lastBytes({ low, high }: Interval): number[] {
  if (low === 0) return [];
  for (let bytes = 1; bytes < 4; bytes += 1) {
    const unit = 2 ** (32 - 8 * bytes);
    const value = (Math.floor(low / unit) + 1) * unit;
    if (value <= high) return [24, 16, 8].slice(0, bytes).map((shift) => (value >>> shift) & 0xff);
  }
  return [24, 16, 8, 0].map((shift) => (low >>> shift) & 0xff);
}

/** Unpacks the answers of a session, in the order of the requests. */
export class Unpacker {
  readonly #model = new Model(eventSizes);

  /** Returns the answer as it was before it was packed. Throws RangeError when it is damaged. */
  unpack(packed: Uint8Array): Uint8Array {
    const interval = new Interval();
    let at = countSize;
    const next = () => packed[at++] ?? 0;
    let code = 0;
    for (let index = 0; index < 4; index += 1) code = code * 256 + next();
    const decode = (ones: Uint16Array): number => {
      let node = 1;
      while (node < 256) {
        const middle = interval.middle(ones[node] ?? 0);
        const bit = code <= middle ? 1 : 0;
        interval.narrow(ones, node, bit, middle);
        node = (node << 1) | bit;
        for (; interval.decided; interval.shift()) code = ((code << 8) | next()) >>> 0;
      }
      return node & 0xff;
    };
    const out = [packed[0] ?? 0, packed[1] ?? 0];
    const none = new Uint8Array();
    for (let left = (packed[0] ?? 0) | ((packed[1] ?? 0) << 8); left > 0; ) {
      const record = this.#model.record(decode, none, 0);
      out.push(...record);
      if ((record[0] ?? 0) >= outcomeRecords.result.tag) left -= 1;
    }
    return Uint8Array.from(out);
  }
}
