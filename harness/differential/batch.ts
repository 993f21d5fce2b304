// SPDX-License-Identifier: BSD-2-Clause
/** Batches: many programs in one file, which the guest finds as its initrd. They do not have to go over the console. */
import { protocolHash } from './header.js';
import { batchMagic } from './protocol.js';

const headerWords = 3;

/** A batch of encoded programs. */
export function encodeBatch(encoded: readonly Uint8Array[]): Uint8Array {
  const begin = 4 * (headerWords + encoded.length + 1);
  const bytes = new Uint8Array(begin + encoded.reduce((sum, { length }) => sum + length, 0));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, batchMagic, true);
  view.setUint32(4, protocolHash(), true);
  view.setUint32(8, encoded.length, true);
  let at = begin;
  for (const [index, program] of encoded.entries()) {
    view.setUint32(4 * (headerWords + index), at, true);
    bytes.set(program, at);
    at += program.length;
  }
  view.setUint32(4 * (headerWords + encoded.length), at, true);
  return bytes;
}

/** The payload of a request for `count` programs from number `first` on. */
export function batchRequest(first: number, count: number): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, first, true);
  view.setUint32(4, count, true);
  return bytes;
}

export function readDigests(payload: Uint8Array): number[] {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  return Array.from({ length: payload.byteLength >> 2 }, (_, index) => view.getUint32(4 * index, true));
}
