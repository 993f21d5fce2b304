// SPDX-License-Identifier: BSD-2-Clause
/** An image on the virtual board, for tests of what can go wrong there. */
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { HarnessError } from '../../harness/base/error.js';
import { bareImage } from './bare-image.js';
import { qemuBoard } from './fake-guest.js';
import { test } from './test.js';
import { type Desk, type Given, withBoard } from './virtual-lab.js';

export const folder = mkdtempSync(join(tmpdir(), 'faults-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
export const image = bareImage(qemuBoard, 'console', folder);
// Some thirty blocks of YMODEM, so that there is a middle in which things can go wrong.
appendFileSync(image, Buffer.alloc(30_000, 'padding '));

export const soon = { what: 'the answer', limit: 60_000 };
export const ymodem = 'upload.by = "ymodem"';
export const once = 'tries = 1';

export function boardTest(name: string, given: Given, body: (desk: Desk) => Promise<void>): void {
  test(name, () => withBoard(given, body), { limit: 90_000 });
}

/** Starts an image like test/qemu/fixtures/console.S and checks that it runs and receives input. */
export async function runs({ start }: Desk, what = image): Promise<void> {
  const { console } = await start(what);
  await console.expect('ready\n', soon);
  await console.send('echo.');
  await console.expect('echo.', soon);
}

export function assertFault(error: HarnessError, code: number, words: RegExp): void {
  assert.match(error.explain(), words);
  assert.is(error.exitCode, code);
}
