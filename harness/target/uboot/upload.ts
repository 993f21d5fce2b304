// SPDX-License-Identifier: BSD-2-Clause
/** Brings an image into a board's memory: the time is said first, sums are compared, damage is sent again. */
import { join } from 'node:path';
import { HarnessError } from '../../error.js';
import type { Progress } from '../../progress.js';
import { duration, mayPayToPack, packedSeconds, plainSeconds, size as sizeText } from './estimate.js';
import { crcAt, hex } from './memory.js';
import { type Payload, packed } from './payload.js';
import type { Transfer } from './transfer.js';
import type { UBoot } from './uboot.js';

export interface UploadRequest {
  uboot: UBoot;
  transfer: Transfer;
  payload: Payload;
  /** Where it must lie in the end. */
  address: number;
  /** Gives a free address for `bytes` that are unpacked from there. */
  packedAt: (bytes: number) => number;
  /** Where the packed twin and logs are kept. */
  folder: string;
  progress: Progress;
  signal: AbortSignal;
}

/** How often the same bytes are sent. */
export const sendings = 3;
const step = 'upload';

/** Rejects with HarnessError (infrastructure) when they did not arrive whole in three tries. */
export async function upload(request: UploadRequest): Promise<void> {
  const { uboot, transfer, payload, address, progress } = request;
  await transfer.prepare(uboot, request.signal);
  const small = await worthPacking(request);
  progress({ kind: 'start', step });
  if (small) {
    const from = request.packedAt(small.size);
    await sendWhole(request, small, from);
    await uboot.must(`unzip ${hex(from)} ${hex(address)}`, { limit: 20_000 + payload.size / 500 });
    await compare(uboot, payload, address);
  } else await sendWhole(request, payload, address);
  progress({ kind: 'done', step, note: `${sizeText(payload.size)} by ${transfer.name}, CRC-32 compared` });
}

/** The packed twin when it gets there sooner; says which way is taken and how long it will take. */
async function worthPacking({
  transfer,
  payload,
  folder,
  progress,
}: UploadRequest): Promise<Payload | undefined> {
  const { name, rate } = transfer;
  const { size } = payload;
  const plain = plainSeconds(size, rate);
  const say = (what: string, seconds: number) =>
    progress({ kind: 'note', text: `uploading ${what} by ${name}: about ${duration(seconds)}` });
  if (mayPayToPack(size, rate)) {
    const small = await packed(payload, join(folder, 'upload.gz'));
    const seconds = packedSeconds(size, small.size, rate);
    if (seconds < plain) {
      say(`${sizeText(size)}, packed to ${sizeText(small.size)},`, seconds);
      return small;
    }
  }
  say(sizeText(size), plain);
  return undefined;
}

async function sendWhole(request: UploadRequest, payload: Payload, address: number): Promise<void> {
  const { uboot, transfer, progress, signal, folder } = request;
  const total = Math.ceil(payload.size / 1000);
  const onProgress = (bytes: number) =>
    progress({ kind: 'part', step, done: Math.min(total, Math.round(bytes / 1000)), total, unit: 'kB' });
  for (let attempt = 1; ; attempt += 1) {
    try {
      await transfer.send(uboot, payload, address, { onProgress, signal, folder });
      return await compare(uboot, payload, address);
    } catch (error) {
      const again = error instanceof HarnessError && error.fault === 'infrastructure';
      if (!again || signal.aborted || attempt === sendings || !(await uboot.comesBack())) throw error;
      progress({ kind: 'note', text: `${error.message}; sending again (${attempt + 1} of ${sendings})` });
    }
  }
}

async function compare(uboot: UBoot, { crc, size }: Payload, address: number): Promise<void> {
  const got = await crcAt(uboot, address, size);
  if (got === crc) return;
  throw new HarnessError('infrastructure', 'the upload arrived damaged', {
    ...uboot.position(),
    expected: `CRC-32 ${crc.toString(16).padStart(8, '0')} over ${size} bytes at ${hex(address)}`,
    got: got.toString(16).padStart(8, '0'),
  });
}
