// SPDX-License-Identifier: BSD-2-Clause
import { rm } from 'node:fs/promises';
import { temporaryFolder } from '../../base/temporary.js';

/** Runs a measurement in an empty folder, which is removed afterwards. */
export async function inFolder<T>(body: (folder: string) => Promise<T>): Promise<T> {
  const folder = await temporaryFolder('bench');
  return body(folder).finally(() => rm(folder, { recursive: true, force: true }));
}
