// SPDX-License-Identifier: BSD-2-Clause
/**
 * Observations as records, target to host. The records of a step are in the order of events. The last one tells how the
 * step ended.
 */
import type { Outcome, Seen, SeenEvent } from '../../model/index.js';
import { type RecordFormat, type RecordReader, RecordTable } from './records.js';

/** Events while a step runs. */
export const eventRecords = {
  ack: { tag: 1, fields: { vcpu: 'u32', irq: 'i32', cookie: 'u32' } },
  load: {
    tag: 2,
    fields: { vcpu: 'u8', index: 'u8', intid: 'u16', priority: 'u8', group: 'u8', accepted: 'bool' },
  },
  irqAck: { tag: 3, fields: { channel: 'u32' } },
  vppiAck: { tag: 4, fields: { vcpu: 'u8', irq: 'u16' } },
  handler: { tag: 5, fields: { id: 'u8', vcpu: 'u8', offset: 'u64', write: 'bool' } },
  start: {
    tag: 6,
    fields: { vcpu: 'u8', pc: 'u64', x0: 'u64', clean: 'bool', pstate: 'u32', sctlr: 'u64' },
  },
  written: { tag: 8, fields: { offset: 'u32', size: 'u32', digest: 'u32' } },
  ended: { tag: 9, fields: { reason: 'u8' } },
  refused: { tag: 10, fields: { label: 'u32', error: 'u32' } },
  /** The value of a general-purpose register has changed. */
  change: { tag: 11, fields: { number: 'u8', value: 'u64' } },
} as const satisfies Record<SeenEvent['kind'] | 'change', RecordFormat>;

/** How a step ends. */
export const outcomeRecords = {
  /** Return value of an API call. */
  result: { tag: 32, fields: { value: 'u64' } },
  /** PSTATE after the instruction. */
  next: { tag: 33, fields: { pstate: 'u32' } },
  /** Value that `take` read. */
  took: { tag: 34, fields: { value: 'u32' } },
  again: { tag: 35, fields: {} },
  exception: {
    tag: 36,
    fields: { vector: 'u32', esr: 'u32', far: 'u64', elr: 'u64', spsr: 'u32' },
  },
  off: { tag: 37, fields: {} },
  idle: { tag: 38, fields: {} },
  elsewhere: { tag: 39, fields: { pc: 'u64' } },
} as const satisfies Record<Outcome['kind'] | 'result' | 'took', RecordFormat>;

export const endReasons = { off: 0, reset: 1, cpus: 2 } as const;
const reasonNames = Object.keys(endReasons) as (keyof typeof endReasons)[];

const table = new RecordTable('event', 'kind', { ...eventRecords, ...outcomeRecords });

/** Reads the observation of one step. Throws RangeError when it is truncated or has an unknown tag. */
export function readSeen(reader: RecordReader): Seen {
  const seen: Seen = { result: 0n, outcome: { kind: 'next' }, changes: [], events: [] };
  for (;;) {
    const record = table.read(reader);
    switch (record.kind) {
      case 'change':
        seen.changes.push(record);
        break;
      case 'ended':
        seen.events.push({ kind: record.kind, reason: reasonNames[record.reason] ?? 'off' });
        break;
      case 'result':
      case 'took':
        seen.result = BigInt(record.value);
        return seen;
      case 'next':
      case 'again':
      case 'exception':
      case 'off':
      case 'idle':
      case 'elsewhere':
        seen.outcome = record;
        return seen;
      default:
        seen.events.push(record);
    }
  }
}
