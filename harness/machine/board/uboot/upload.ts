// SPDX-License-Identifier: BSD-2-Clause
/**
 * Brings an image into a board's memory: announces the expected time, compares checksums, and repeats a damaged
 * transfer.
 */
import { join } from 'node:path';
import { HarnessError } from '../../../base/error.js';
import { largePage } from '../../../base/pages.js';
import type { Progress } from '../../../base/progress.js';
import { hex } from '../../../base/text.js';
import { duration, mayPayToPack, packedSeconds, plainSeconds, size as sizeText } from './estimate.js';
import { missingParts, type Part, partsFile } from './have.js';
import { crcAt, sha256At } from './memory.js';
import { type Payload, packed, payloadOf } from './payload.js';
import type { Transfer } from './transfer.js';
import type { UBoot } from './uboot.js';

export interface UploadRequest {
  uboot: UBoot;
  transfer: Transfer;
  payload: Payload;
  /** Its packed form, if that is what is sent, and the free address from which it is unpacked. */
  packed?: { payload: Payload; address: number } | undefined;
  /** Final address of the payload. */
  address: number;
  /** A free address for that many bytes on their way. */
  spare: (bytes: number) => number;
  /** U-Boot has the command unzip. */
  unpacks: boolean;
  /** Folder for logs. */
  folder: string;
  progress: Progress;
  signal: AbortSignal;
}

/** How many times the same bytes are sent. */
const sendings = 3;
const step = 'upload';
/** Seconds. What is sent faster than this is sent without asking what the board has. */
const worthAsking = 5;

/**
 * The packed form of a payload, made in `folder`, if it arrives sooner at `rate` bytes per second. Done before the
 * board has power.
 */
export async function packIfFaster(
  payload: Payload,
  rate: number | undefined,
  folder: string,
): Promise<Payload | undefined> {
  if (rate === undefined || !mayPayToPack(payload.size, rate)) return undefined;
  const small = await packed(payload, join(folder, 'upload.gz'));
  return packedSeconds(payload.size, small.size, rate) < plainSeconds(payload.size, rate) ? small : undefined;
}

/** Rejects with HarnessError (infrastructure) when the payload did not arrive whole in three tries. */
export async function upload(request: UploadRequest): Promise<void> {
  const { uboot, transfer, payload, progress, signal } = request;
  await transfer.prepare(uboot, signal);
  progress({ kind: 'note', text: announcement(request) });
  progress({ kind: 'start', step });
  for (let attempt = 1; ; attempt += 1) {
    try {
      const sum = await sendOnce(request);
      progress({
        kind: 'done',
        step,
        note: `${sizeText(payload.size)} by ${transfer.name}, ${sum} matches`,
      });
      return;
    } catch (error) {
      const again = error instanceof HarnessError && error.fault === 'infrastructure';
      if (!again || signal.aborted || attempt === sendings || !(await uboot.comesBack())) throw error;
      progress({ kind: 'note', text: `${error.message}; sending again (${attempt + 1} of ${sendings})` });
    }
  }
}

/** Announces the transfer and its expected duration. */
function announcement({ payload, packed: small, transfer: { name, rate } }: UploadRequest): string {
  const whole = sizeText(payload.size);
  if (rate === undefined) return `uploading ${whole} by ${name}`;
  const [what, seconds] = small
    ? [
        `${whole}, packed to ${sizeText(small.payload.size)},`,
        packedSeconds(payload.size, small.payload.size, rate),
      ]
    : [whole, plainSeconds(payload.size, rate)];
  return `uploading ${what} by ${name}: about ${duration(seconds)}`;
}

/** Sends what the board does not have, and compares the final contents: any earlier fault shows in that checksum. */
async function sendOnce(request: UploadRequest): Promise<string> {
  const { uboot, payload, packed: small, address, progress } = request;
  const parts = await partsToSend(request);
  if (parts === undefined) await sendTo(request, payload, small, address);
  else {
    const bytes = parts.reduce((sum, { begin, end }) => sum + end - begin, 0);
    const have = sizeText(payload.size - bytes);
    progress({ kind: 'note', text: `the board has ${have} of it already; sending ${sizeText(bytes)}` });
    if (bytes > 0) await sendParts(request, parts, bytes);
  }
  return compare(uboot, payload, address);
}

/** What the board lacks, where it may have the rest and asking for it takes less time than sending it. */
async function partsToSend(request: UploadRequest): Promise<Part[] | undefined> {
  const { uboot, transfer, payload, packed: small, address } = request;
  const { rate } = transfer;
  const sent = small?.payload.size ?? payload.size;
  if (rate === undefined || plainSeconds(sent, rate) < worthAsking) return undefined;
  return missingParts(uboot, payload, address);
}

/** Brings a payload to an address, by way of its packed form where there is one. */
async function sendTo(
  { uboot, transfer, progress, signal, folder }: UploadRequest,
  payload: Payload,
  small: UploadRequest['packed'],
  address: number,
): Promise<void> {
  const sent = small ?? { payload, address };
  const total = Math.ceil(sent.payload.size / 1000);
  const onProgress = (bytes: number) =>
    progress({ kind: 'part', step, done: Math.min(total, Math.round(bytes / 1000)), total, unit: 'kB' });
  await transfer.send(uboot, sent.payload, sent.address, { onProgress, signal, folder });
  if (small)
    await uboot.must(`unzip ${hex(small.address)} ${hex(address)}`, { limit: 20_000 + payload.size / 500 });
}

/** Sends parts in one transfer to a spare place, and lets U-Boot copy each to its own. */
async function sendParts(request: UploadRequest, parts: readonly Part[], bytes: number): Promise<void> {
  const { uboot, payload, address, spare, unpacks, folder } = request;
  const together = await payloadOf(await partsFile(payload.path, parts, join(folder, 'upload.parts')));
  const small = unpacks ? await packed(together, join(folder, 'upload.parts.gz')) : undefined;
  const room = small === undefined ? 0 : Math.ceil(small.size / largePage) * largePage;
  const place = spare(room + bytes);
  await sendTo(request, together, small && { payload: small, address: place }, place + room);
  let from = place + room;
  for (const { begin, end } of parts) {
    await uboot.must(`cp.b ${hex(from)} ${hex(address + begin)} ${hex(end - begin)}`);
    from += end - begin;
  }
}

/**
 * Compares the board's memory at `address` with the payload: by SHA-256 if its U-Boot supports it, because a CRC
 * detects damage but not a different image. Returns the name of the checksum. Throws HarnessError (infrastructure) when
 * they differ.
 */
export async function compare(uboot: UBoot, payload: Payload, address: number): Promise<string> {
  const { crc, sha256, size } = payload;
  const word = (value: number) => value.toString(16).padStart(8, '0');
  const hash = await sha256At(uboot, address, size);
  const [sum, expected, got] =
    hash === undefined
      ? ['CRC-32', word(crc), word(await crcAt(uboot, address, size))]
      : ['SHA-256', sha256, hash];
  if (got === expected) return sum;
  throw new HarnessError('infrastructure', 'the upload arrived damaged', {
    ...uboot.position(),
    expected: `${sum} ${expected} over ${size} bytes at ${hex(address)}`,
    got,
  });
}
