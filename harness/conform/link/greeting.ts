// SPDX-License-Identifier: BSD-2-Clause
/** What a target says of itself when a session begins. */
import { type RecordFormat, RecordReader, type Values } from './records.js';

export const greetingRecord = {
  tag: 64,
  fields: {
    /** Hash of the format: `protocolHash()`. */
    protocol: 'u32',
    /** Hash of what the target was built from. */
    build: 'u32',
    /** `greetingFlags`. */
    flags: 'u8',
    /** The most vCPUs that a case can have. */
    vcpus: 'u8',
    listRegisters: 'u8',
    /** Requests that may be on their way at a time. */
    window: 'u8',
    /** Channels that have an interrupt, a bit each. */
    irqChannels: 'u64',
    virtualTimer: 'u16',
    /** Bytes of payload of the longest request, and of the longest answer. */
    maxRequest: 'u32',
    maxAnswer: 'u32',
    ramBase: 'u64',
    ramSize: 'u64',
    distributorBase: 'u64',
    distributorSize: 'u32',
    cpuInterfaceBase: 'u64',
    cpuInterfaceSize: 'u32',
    /** The first redistributor of a GICv3, which has no CPU interface in memory; 0: a GICv2. */
    redistributorBase: 'u64',
    /** Bytes that there are for the sources of images. */
    imageSpace: 'u32',
  },
} as const satisfies RecordFormat;

export const greetingFlags = {
  /** Loads of list registers, acknowledgements to the kernel and refused system calls are reported. */
  seesKernel: 1,
  /** There is no VMM: the guest has the machine to itself. */
  bare: 2,
  /** Everything can be put back to the start without a reboot. */
  resets: 4,
} as const;

export type Greeting = Values<(typeof greetingRecord)['fields']>;

/** The greeting in a payload; `undefined` when it is none. */
export function readGreeting(payload: Uint8Array): Greeting | undefined {
  const reader = new RecordReader(payload);
  try {
    return reader.tag() === greetingRecord.tag ? reader.fields(greetingRecord.fields) : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
