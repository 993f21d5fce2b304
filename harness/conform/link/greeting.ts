// SPDX-License-Identifier: BSD-2-Clause
/** The greeting of a target, which describes it at the start of a session. */
import { type RecordFormat, RecordReader, type Values } from './records.js';

export const greetingRecord = {
  tag: 64,
  fields: {
    /** Hash of the format: `protocolHash()`. */
    protocol: 'u32',
    /** Hash of the target's sources. */
    build: 'u32',
    /** `greetingFlags`. */
    flags: 'u8',
    /** The most vCPUs of a case. */
    vcpus: 'u8',
    listRegisters: 'u8',
    /** The most requests in flight. */
    window: 'u8',
    /** Channels that have an interrupt, one bit each. */
    irqChannels: 'u64',
    virtualTimer: 'u16',
    /** Largest payload of a request and of an answer, in bytes. */
    maxRequest: 'u32',
    maxAnswer: 'u32',
    ramBase: 'u64',
    ramSize: 'u64',
    distributorBase: 'u64',
    distributorSize: 'u32',
    cpuInterfaceBase: 'u64',
    cpuInterfaceSize: 'u32',
    /** Address of the first redistributor of a GICv3; 0 for a GICv2. A GICv3 has no memory-mapped CPU interface. */
    redistributorBase: 'u64',
    /** Bytes for the source images of linux_setup_images. */
    imageSpace: 'u32',
  },
} as const satisfies RecordFormat;

export const greetingFlags = {
  /** Loads of list registers, acknowledgements to the kernel and refused system calls are reported. */
  seesKernel: 1,
  /** There is no VMM. */
  bare: 2,
  /** The target can reset everything without a reboot. */
  resets: 4,
  /** Steps with the guest's MMU on are performed. */
  translates: 8,
} as const;

export type Greeting = Values<(typeof greetingRecord)['fields']>;

/** Reads a greeting; `undefined` when the payload is not one. */
export function readGreeting(payload: Uint8Array): Greeting | undefined {
  const reader = new RecordReader(payload);
  try {
    return reader.tag() === greetingRecord.tag ? reader.fields(greetingRecord.fields) : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
