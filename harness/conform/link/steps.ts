// SPDX-License-Identifier: BSD-2-Clause
/** Steps as records, host to target. Tags are never reused: append only. */
import type { Op, Step } from '../../model/index.js';
import { type RecordFormat, RecordReader, RecordTable, type RecordWriter } from './records.js';

/** An access to memory: the first fields of both steps that make one. */
const access = {
  vcpu: 'u8',
  form: 'u8',
  rt: 'u8',
  rt2: 'u8',
  rn: 'u8',
  address: 'u64',
  value: 'u64',
  state: 'u8',
} as const;

/** The order of the fields is the order on the wire. */
export const stepRecords = {
  init: { tag: 1, fields: { cpu: 'u32' } },
  register: { tag: 2, fields: { vcpu: 'u32', irq: 'u32', ack: 'bool', cookie: 'u32' } },
  inject: { tag: 3, fields: { vcpu: 'u32', irq: 'i32' } },
  passthrough: { tag: 4, fields: { vcpu: 'u32', irq: 'u32', channel: 'u32' } },
  handle: { tag: 5, fields: { channel: 'u32' } },
  start: { tag: 6, fields: { vcpu: 'u32', pc: 'u64', dtb: 'u64', initrd: 'u64' } },
  stop: { tag: 7, fields: { vcpu: 'u32' } },
  restart: { tag: 8, fields: { vcpu: 'u32' } },
  handler: { tag: 9, fields: { base: 'u64', size: 'u64', id: 'u8' } },
  images: {
    tag: 10,
    fields: {
      seed: 'u32',
      kernelSize: 'u64',
      kernelMagic: 'u32',
      textOffset: 'u64',
      imageSize: 'u64',
      flags: 'u64',
      dtbOffset: 'u64',
      dtbSize: 'u64',
      dtbMagic: 'u32',
      dtbTotal: 'u32',
      initrdOffset: 'u64',
      initrdSize: 'u64',
    },
  },
  access: { tag: 11, fields: access },
  take: { tag: 12, fields: { vcpu: 'u8' } },
  end: { tag: 13, fields: { vcpu: 'u8' } },
  deactivate: { tag: 14, fields: { vcpu: 'u8' } },
  smc: { tag: 15, fields: { vcpu: 'u8', x0: 'u64', x1: 'u64', x2: 'u64', x3: 'u64' } },
  sysreg: { tag: 16, fields: { vcpu: 'u8', encoding: 'u16', write: 'bool', value: 'u64', state: 'u8' } },
  wait: { tag: 17, fields: { vcpu: 'u8', event: 'bool' } },
  timer: { tag: 18, fields: { vcpu: 'u8' } },
  line: { tag: 19, fields: { vcpu: 'u8', high: 'bool' } },
  mapped: {
    tag: 20,
    fields: {
      ...access,
      level: 'u8',
      sctlr: 'u32',
      tcr: 'u64',
      tables: 'u64',
      first: 'u64',
      second: 'u64',
      code: 'u64',
    },
  },
} as const satisfies Record<Op, RecordFormat>;

/** Resets the target before a case, to a machine with `vcpus` vCPUs. */
interface ResetStep {
  op: 'reset';
  vcpus: number;
  /** A page that the guest maps answers reads of the distributor, where the target supports it. */
  page: boolean;
}
export const resetRecord = { tag: 32, fields: { vcpus: 'u8', page: 'bool' } } as const satisfies RecordFormat;

/** The steps that a target executes. */
export type WireStep = Step | ResetStep;

const formatOf = (op: WireStep['op']): RecordFormat => (op === 'reset' ? resetRecord : stepRecords[op]);

export function writeStep(writer: RecordWriter, step: WireStep): void {
  writer.add(formatOf(step.op), { state: 0, ...step });
}

const table = new RecordTable('step', 'op', { ...stepRecords, reset: resetRecord });

/** Reads the steps of a payload. Throws RangeError when it is truncated or has an unknown tag. */
export function readSteps(payload: Uint8Array): WireStep[] {
  const reader = new RecordReader(payload);
  const steps: WireStep[] = [];
  while (!reader.done) steps.push(table.read(reader));
  return steps;
}
