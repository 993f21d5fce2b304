// SPDX-License-Identifier: BSD-2-Clause
/**
 * The whole state of a machine as a QEMU migration stream (docs/devel/migration): written when a machine is saved, read
 * when another begins in it. This needs no disk in the machine, and its hardware stays the same.
 */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import { HarnessError } from '../../base/error.js';
import type { FileHash } from '../../base/file-hash.js';
import { temporaryFolder } from '../../base/temporary.js';
import type { RunningQemu } from './running.js';

/** Bytes per second. QEMU's default limit, 128 MiB/s, is for networks. */
const bandwidth = 2 ** 40;
/** Milliseconds between two queries of the progress. */
const pace = 5;
/** Milliseconds for the state of a machine whose memory is all in use. */
const limit = 120_000;

/** Part of the answer to `query-migrate` (QEMU, qapi/migration.json). */
const migration = v.object({ status: v.optional(v.string()), 'error-desc': v.optional(v.string()) });

/** Waits for the end of a migration. Throws HarnessError (infrastructure) when it fails. */
async function completed(qemu: RunningQemu): Promise<void> {
  const end = performance.now() + limit;
  while (performance.now() < end) {
    const { status, 'error-desc': got } = await qemu.ask(migration, 'query-migrate');
    if (status === 'completed') return;
    if (status === 'failed' || status === 'cancelled') throw failed(got ?? status);
    await sleep(pace);
  }
  throw failed(`not finished in ${limit / 1000} s`);
}

const failed = (got: string) =>
  new HarnessError('infrastructure', "QEMU cannot transfer the machine's state", { got });

/**
 * Writes the state into a file, and lets the machine continue, whatever the outcome. Rejects with HarnessError and disk
 * errors.
 */
export async function saveState(qemu: RunningQemu, file: string): Promise<FileHash> {
  // QEMU 7.2 writes only to a socket, or to a program that it starts, which its sandbox forbids.
  const folder = await temporaryFolder('state');
  const path = join(folder, 'socket');
  const server = createServer().listen(path);
  try {
    const hash = createHash('sha256');
    let size = 0;
    const counted = new Transform({
      transform(chunk: Buffer, _, done) {
        size += chunk.length;
        hash.update(chunk);
        done(null, chunk);
      },
    });
    const written = new Promise<void>((resolve, reject) => {
      server.once('connection', (socket: Socket) => {
        pipeline(socket, counted, createWriteStream(file, { flush: true })).then(resolve, reject);
      });
      server.once('close', () => reject(failed('no state arrived')));
    });
    written.catch(() => {});
    await qemu.execute('stop');
    await qemu.execute('migrate-set-parameters', { 'max-bandwidth': bandwidth });
    await qemu.execute('migrate', { uri: `unix:${path}` });
    // A full disk ends the stream, and with it the migration. Both have ended before the machine continues.
    const ended = completed(qemu).catch((error: unknown) => {
      server.close();
      throw error;
    });
    const [sent, kept] = await Promise.allSettled([ended, written]);
    for (const one of [kept, sent]) if (one.status === 'rejected') throw one.reason;
    return { sha256: hash.digest('hex'), size };
  } finally {
    server.close();
    await rm(folder, { recursive: true, force: true });
    await qemu.execute('cont');
  }
}

/** Arguments of a QEMU that begins in a saved state. */
export const waitingForState = ['-incoming', 'defer'];

/** Loads the state from a descriptor that QEMU has inherited under this number. The machine is then paused. */
export async function loadState(qemu: RunningQemu, fd: number): Promise<void> {
  await qemu.execute('migrate-incoming', { uri: `fd:${fd}` });
  await completed(qemu);
}
