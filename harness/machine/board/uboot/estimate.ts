// SPDX-License-Identifier: BSD-2-Clause
/** How long an upload will take, and whether packing it first saves time. */

/** Bytes per second, as rules of thumb: what a Cortex-A53 unpacks and checks, what a desktop computer packs. */
const unpackRate = 50e6;
const packRate = 40e6;
/** Typical compression ratio of a guest's image. */
const packedShare = 0.4;
/** Seconds. An upload that is faster than this is sent unpacked. */
const worthwhile = 5;

/** YMODEM's bytes on the line per 1024 bytes of the file: header, block number twice, CRC, and the one-byte answer. */
export const ymodemOverhead = (1024 + 5 + 1) / 1024;

/** Seconds for `size` bytes at `rate` bytes per second. */
export const plainSeconds = (size: number, rate: number): number => size / rate;

/** Seconds for `size` bytes that were packed to `packedSize`. */
export const packedSeconds = (size: number, packedSize: number, rate: number): number =>
  packedSize / rate + size / unpackRate;

/** Whether to try packing at all, before the packed size is known. */
export function mayPayToPack(size: number, rate: number): boolean {
  const plain = plainSeconds(size, rate);
  return plain > worthwhile && size / packRate + packedSeconds(size, size * packedShare, rate) < plain;
}

/** `1.2 s`, `45 s`, `16 min 20 s`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** `31.3 MB`, `103 kB`. */
export function size(bytes: number): string {
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1e3))} kB`;
}
