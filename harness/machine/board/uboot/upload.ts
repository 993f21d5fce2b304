// SPDX-License-Identifier: BSD-2-Clause
/**
 * Brings an image into a board's memory: announces the expected time, compares checksums, and repeats a damaged
 * transfer.
 */
import { join } from 'node:path';
import { HarnessError } from '../../../base/error.js';
import type { Progress } from '../../../base/progress.js';
import { hex } from '../../../base/text.js';
import { duration, mayPayToPack, packedSeconds, plainSeconds, size as sizeText } from './estimate.js';
import { crcAt, sha256At } from './memory.js';
import { type Payload, packed } from './payload.js';
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
  /** Folder for logs. */
  folder: string;
  progress: Progress;
  signal: AbortSignal;
}

/** How many times the same bytes are sent. */
const sendings = 3;
const step = 'upload';

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

/** Sends, unpacks and compares the final contents: any earlier fault shows in that checksum. */
async function sendOnce(request: UploadRequest): Promise<string> {
  const { uboot, transfer, payload, packed: small, address, progress, signal, folder } = request;
  const sent = small ?? { payload, address };
  const total = Math.ceil(sent.payload.size / 1000);
  const onProgress = (bytes: number) =>
    progress({ kind: 'part', step, done: Math.min(total, Math.round(bytes / 1000)), total, unit: 'kB' });
  await transfer.send(uboot, sent.payload, sent.address, { onProgress, signal, folder });
  if (small) {
    await uboot.must(`unzip ${hex(small.address)} ${hex(address)}`, { limit: 20_000 + payload.size / 500 });
  }
  return compare(uboot, payload, address);
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
