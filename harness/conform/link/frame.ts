// SPDX-License-Identifier: BSD-2-Clause
/**
 * Frames on a line that kernel and VMM also print to.
 *
 * A frame is a start byte, its contents as bytes with the top bit set (seven bits of contents each, lowest bits first),
 * and an end byte. Kernels and VMMs print ASCII, so their bytes can be told from a frame's contents, even in the middle
 * of a frame. The CRC at the end of the contents detects noise that is not ASCII.
 *
 * Contents: session (2 bytes), number (2 bytes), kind (1 byte), payload, CRC-32 of all these (4 bytes); little-endian.
 */
import { crc32 } from 'node:zlib';

/** Polynomial of the CRC-32 of ISO/IEC 8802-3, reflected. */
export const polynomial = 0xedb8_8320;

export const frameBytes = {
  /** Begins a frame. No terminal or kernel prints it. */
  start: 0x01,
  end: 0x04,
  /** Set in each byte of the contents. */
  mark: 0x80,
  header: 5,
  crc: 4,
} as const;

/** Kinds of frames. */
export const frameKinds = {
  /** Host to target: begin a session. */
  open: 1,
  /** Target to host: the answer to `open`. Also sent when the target starts. */
  greeting: 2,
  /** Host to target: steps to execute. */
  steps: 3,
  /** Host to target: the remaining steps, after an incomplete answer. */
  resume: 4,
  /** Target to host: observations. */
  seen: 5,
  /** Target to host: something was lost; send again from this number on. */
  again: 6,
  /** Host: packed steps, see pack.ts; the answer is packed, too. */
  packed: 7,
  /** Host: the same after an answer that was cut short. */
  packedResume: 8,
} as const;
export type FrameKind = (typeof frameKinds)[keyof typeof frameKinds];

export interface Frame {
  /** 0 to 65535, chosen by the host. Frames of other sessions are ignored. */
  session: number;
  /** 0 to 65535, counted by the host. */
  number: number;
  kind: number;
  payload: Uint8Array;
}

/** Bytes on the line for a payload of `size` bytes. */
export const lineBytes = (size: number): number =>
  2 + Math.ceil(((size + frameBytes.header + frameBytes.crc) * 8) / 7);

/** The bytes of a frame on the line. */
export function encodeFrame({ session, number, kind, payload }: Frame): Uint8Array {
  const plain = new Uint8Array(frameBytes.header + payload.length + frameBytes.crc);
  const view = new DataView(plain.buffer);
  view.setUint16(0, session, true);
  view.setUint16(2, number, true);
  plain[4] = kind;
  plain.set(payload, frameBytes.header);
  const end = frameBytes.header + payload.length;
  view.setUint32(end, crc32(plain.subarray(0, end)), true);
  const line = new Uint8Array(lineBytes(payload.length));
  let at = 0;
  let held = 0;
  let bits = 0;
  line[at++] = frameBytes.start;
  for (const byte of plain) {
    held |= byte << bits;
    for (bits += 8; bits >= 7; bits -= 7) {
      line[at++] = frameBytes.mark | (held & 0x7f);
      held >>>= 7;
    }
  }
  if (bits > 0) line[at++] = frameBytes.mark | held;
  line[at++] = frameBytes.end;
  return line;
}

/** Decodes the contents of a frame; `undefined` when they are damaged. */
function decode(marked: Uint8Array): Frame | undefined {
  const size = Math.floor((marked.length * 7) / 8);
  if (size < frameBytes.header + frameBytes.crc) return undefined;
  const plain = new Uint8Array(size);
  let at = 0;
  let held = 0;
  let bits = 0;
  for (const byte of marked) {
    held |= (byte & 0x7f) << bits;
    bits += 7;
    if (bits < 8) continue;
    plain[at++] = held & 0xff;
    held >>>= 8;
    bits -= 8;
  }
  if (held !== 0) return undefined;
  const view = new DataView(plain.buffer);
  const end = size - frameBytes.crc;
  if (view.getUint32(end, true) !== crc32(plain.subarray(0, end))) return undefined;
  return {
    session: view.getUint16(0, true),
    number: view.getUint16(2, true),
    kind: plain[4] ?? 0,
    payload: plain.subarray(frameBytes.header, end),
  };
}

/** Receives what a reader finds on the line. */
export interface FrameHandlers {
  frame(frame: Frame): void;
  /** A frame was begun and is damaged. */
  damaged(): void;
  /** Bytes outside of frames. */
  text(bytes: Uint8Array): void;
}

/** Splits a byte stream into frames and text. */
export class FrameReader {
  #marked: Uint8Array;
  #length = 0;
  #inside = false;

  /** @param limit bytes of a frame's contents on the line; a longer frame counts as damaged */
  constructor(
    readonly handlers: FrameHandlers,
    limit = 1 << 20,
  ) {
    this.#marked = new Uint8Array(limit);
  }

  push(chunk: Uint8Array): void {
    const text = new Uint8Array(chunk.length);
    let texts = 0;
    for (const byte of chunk) {
      if (byte >= frameBytes.mark && this.#inside) this.#add(byte);
      else if (byte === frameBytes.start) this.#begin();
      else if (byte === frameBytes.end && this.#inside) this.#finish();
      else text[texts++] = byte;
    }
    if (texts > 0) this.handlers.text(text.subarray(0, texts));
  }

  #add(byte: number): void {
    if (this.#length < this.#marked.length) {
      this.#marked[this.#length++] = byte;
      return;
    }
    this.#inside = false;
    this.handlers.damaged();
  }

  #begin(): void {
    if (this.#inside && this.#length > 0) this.handlers.damaged();
    this.#inside = true;
    this.#length = 0;
  }

  #finish(): void {
    this.#inside = false;
    const frame = decode(this.#marked.subarray(0, this.#length));
    if (frame === undefined) this.handlers.damaged();
    else this.handlers.frame(frame);
  }
}
