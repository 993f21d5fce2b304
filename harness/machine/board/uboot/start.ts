// SPDX-License-Identifier: BSD-2-Clause
/** How a start method prepares an image: the file to upload, its address, and the command that starts it. */
import { createReadStream, createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { execa } from 'execa';
import type { Range } from '../../../../boards/board.js';
import { endsWithUs } from '../../../base/children.js';
import { explainDisk } from '../../../base/disk.js';
import { HarnessError } from '../../../base/error.js';
import { hex } from '../../../base/text.js';
import { roomBehind } from './memory.js';
import { type Payload, payloadOf } from './payload.js';
import type { StartMethod } from './settings.js';

export interface StartBoard {
  name: string;
  memory: readonly Range[];
  /** The address at which the image must be and is entered. */
  loadAddress: number;
}

export interface StartPlan {
  payload: Payload;
  /** The address to which the payload is uploaded. */
  address: number;
  command: string;
  /** A free address for a packed payload of `bytes` bytes. */
  packedAt: (bytes: number) => number;
}

/** The arm64 Image header occupies a page, so that the image after it stays aligned. */
const imageHeader = 0x1000;
const twoMiB = 0x20_0000;

/**
 * Prepares `image` in `folder`. `scratch` replaces the default address after the image. Throws HarnessError: usage when
 * there is no room, infrastructure when mkimage is missing.
 */
export async function planStart(
  method: StartMethod,
  image: string,
  board: StartBoard,
  folder: string,
  scratch?: number,
): Promise<StartPlan> {
  const { loadAddress: load } = board;
  const plain = await payloadOf(image);
  const room = (...sizes: number[]) => {
    const places = roomBehind(board, plain.size, sizes);
    const shift = scratch === undefined ? 0 : scratch - (places[0] ?? 0);
    return places.map((place) => place + shift);
  };
  const alone = (bytes: number) => room(bytes)[0] ?? 0;
  if (method === 'go') return { payload: plain, address: load, command: `go ${hex(load)}`, packedAt: alone };
  if (method === 'booti') {
    const payload = await payloadOf(
      await behindHeader(image, load, plain.size, join(folder, 'upload.Image')),
    );
    const address = load - imageHeader;
    return { payload, address, command: `booti ${hex(address)} - \${fdtcontroladdr}`, packedAt: alone };
  }
  const payload = await payloadOf(await wrapped(image, board, join(folder, 'upload.uimg')));
  const [address = 0] = room(payload.size, 0);
  const command = `bootm ${hex(address)} - \${fdtcontroladdr}`;
  return { payload, address, command, packedAt: (bytes) => room(payload.size, bytes)[1] ?? 0 };
}

/** The image with a legacy header, from which bootm learns its address. */
async function wrapped(image: string, { name, loadAddress }: StartBoard, to: string): Promise<string> {
  const at = loadAddress.toString(16);
  const kind = ['-A', 'arm64', '-O', 'linux', '-T', 'kernel', '-C', 'none', '-n', `${name} image`];
  await mkimage([...kind, '-a', at, '-e', at, '-d', image, to]);
  return to;
}

/** Runs U-Boot's mkimage. */
export async function mkimage(args: readonly string[]): Promise<void> {
  const { exitCode, stderr, shortMessage } = await execa(...endsWithUs('mkimage', args), {
    reject: false,
    stdin: 'ignore',
  });
  if (exitCode === 0) return;
  throw new HarnessError('infrastructure', 'mkimage failed', {
    got: stderr || (shortMessage ?? ''),
    wayOut: 'vmm-harness setup lab installs it (Debian: u-boot-tools)',
  });
}

/**
 * An arm64 Image (Linux, Documentation/arch/arm64/booting.rst) whose first instruction branches over the header's page
 * to the image. U-Boot leaves it in place: flag 3 is set, and text_offset is the address's distance from a multiple of
 * 2 MiB.
 */
export function arm64Header(address: number, size: number): Buffer {
  const header = Buffer.alloc(imageHeader);
  header.writeUInt32LE(0x1400_0000 | (imageHeader >> 2), 0);
  header.writeBigUInt64LE(BigInt(address % twoMiB), 8);
  header.writeBigUInt64LE(BigInt(imageHeader + size), 16);
  header.writeBigUInt64LE(1n << 3n, 24);
  header.write('ARM\x64', 56, 'latin1');
  return header;
}

async function behindHeader(image: string, load: number, size: number, to: string): Promise<string> {
  try {
    await writeFile(to, arm64Header(load - imageHeader, size));
    await pipeline(createReadStream(image), createWriteStream(to, { flags: 'a' }));
  } catch (error) {
    throw explainDisk(error, to);
  }
  return to;
}
