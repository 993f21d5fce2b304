// SPDX-License-Identifier: BSD-2-Clause
/** Samples for the guest builder's tests. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HarnessError } from '../../../harness/base/error.js';

/** An arm64 Image of `size` bytes whose header declares `imageSize`. */
export function sampleImage(size = 4096, imageSize = size, textOffset = 0): Buffer {
  const image = Buffer.alloc(size);
  image.writeBigUInt64LE(BigInt(textOffset), 8);
  image.writeBigUInt64LE(BigInt(imageSize), 16);
  image.writeBigUInt64LE(0b1010n, 24);
  image.write('ARMd', 56, 'latin1');
  image.write('Linux version 6.1.0-99-cloud-arm64 (test)', 128, 'latin1');
  return image;
}

/** Runs `body` with a folder that is removed afterwards. */
export async function withFolder<T>(body: (dir: string) => T | Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'guest-builder-'));
  try {
    return await body(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The HarnessError with which `body` ends; anything else fails the test. */
export async function errorOf(body: () => unknown): Promise<HarnessError> {
  try {
    await body();
  } catch (error) {
    if (error instanceof HarnessError) return error;
    throw error;
  }
  throw new Error('it was taken, an error was expected');
}
