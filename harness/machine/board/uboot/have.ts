// SPDX-License-Identifier: BSD-2-Clause
/**
 * Finds the parts of a payload that a board already has in its memory. RAM keeps its contents over a warm reset, and most of
 * an image is the same after a new build. The board computes CRC-32s of the whole, then of parts, then of parts of those.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { crcAt } from './memory.js';
import type { Payload } from './payload.js';
import type { UBoot } from './uboot.js';

/** Bytes of a payload: from `begin` up to but not including `end`. */
export interface Part {
  begin: number;
  end: number;
}

/** Into how many parts one that differs is divided. */
const fanOut = 8;
/** Bytes of the smallest part that is asked for: a question costs about a hundred bytes on the line. */
const smallest = 16 << 10;
/** A payload of which this share differs at least is sent as a whole. */
const tooMuch = 0.5;

/** CRC-32 of a part of a file. */
async function crcOf(path: string, { begin, end }: Part): Promise<number> {
  const file = await open(path);
  try {
    const buffer = Buffer.allocUnsafe(1 << 20);
    let crc = 0;
    for (let at = begin; at < end; ) {
      const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, end - at), at);
      if (bytesRead === 0) break;
      crc = crc32(buffer.subarray(0, bytesRead), crc);
      at += bytesRead;
    }
    return crc;
  } finally {
    await file.close();
  }
}

/** The parts of a part, whole numbers of the smallest. */
function divided({ begin, end }: Part): Part[] {
  const size = Math.max(smallest, Math.ceil((end - begin) / fanOut / smallest) * smallest);
  const count = Math.ceil((end - begin) / size);
  return Array.from({ length: count }, (_, index) => ({
    begin: begin + index * size,
    end: Math.min(end, begin + (index + 1) * size),
  }));
}

/** Parts that lie next to each other as one. */
function joined(parts: readonly Part[]): Part[] {
  const all: Part[] = [];
  for (const part of parts) {
    const last = all.at(-1);
    if (last?.end === part.begin) last.end = part.end;
    else all.push({ ...part });
  }
  return all;
}

/**
 * The parts of a payload that the memory at `address` does not have; undefined when so much is missing that the whole is
 * sent sooner. A board that has just been switched on answers with little more than one question for each eighth.
 */
export async function missingParts(
  uboot: UBoot,
  { path, size }: Payload,
  address: number,
): Promise<Part[] | undefined> {
  const differs = async (part: Part) =>
    (await crcAt(uboot, address + part.begin, part.end - part.begin)) !== (await crcOf(path, part));
  let asked: Part[] = [{ begin: 0, end: size }];
  const missing: Part[] = [];
  for (let level = 0; asked.length > 0; level += 1) {
    const next: Part[] = [];
    for (const part of asked) {
      if (!(await differs(part))) continue;
      if (part.end - part.begin <= smallest) missing.push(part);
      else next.push(...divided(part));
    }
    // With nothing found in eighths, memory holds something else.
    const left = next.reduce((sum, { begin, end }) => sum + end - begin, 0);
    if (level === 1 && left > tooMuch * size) return undefined;
    asked = next;
  }
  missing.sort((one, other) => one.begin - other.begin);
  const parts = joined(missing);
  const bytes = parts.reduce((sum, { begin, end }) => sum + end - begin, 0);
  return bytes > tooMuch * size ? undefined : parts;
}

/** Writes the parts of a file, one after the other, into another; returns its path. */
export async function partsFile(path: string, parts: readonly Part[], to: string): Promise<string> {
  for (const [index, { begin, end }] of parts.entries())
    await pipeline(
      createReadStream(path, { start: begin, end: end - 1 }),
      createWriteStream(to, { flags: index === 0 ? 'w' : 'a' }),
    );
  return to;
}
