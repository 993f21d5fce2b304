// SPDX-License-Identifier: BSD-2-Clause
/**
 * The whole state of a machine as a stream of QEMU's (docs/devel/migration): written when a machine is saved, read when
 * another begins in it. A machine needs no disk for that, and its hardware stays the same.
 */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { HarnessError } from '../../base/error.js';
import type { FileHash } from '../../base/file-hash.js';
import { temporaryFolder } from '../../base/temporary.js';
import type { RunningQemu } from './running.js';

/** QEMU's own limit, 128 MiB/s, is for networks; in bytes a second. */
const bandwidth = 2 ** 40;
/** Milliseconds between two questions how far it is. */
const pace = 5;
/** Milliseconds for a state of a machine with all its memory in use. */
const limit = 120_000;

interface Migration {
  status?: 'setup' | 'active' | 'device' | 'completed' | 'failed' | 'cancelled';
  'error-desc'?: string;
}

/** Waits for the end of a migration. Throws HarnessError (infrastructure) when it fails. */
async function completed(qemu: RunningQemu): Promise<void> {
  const end = performance.now() + limit;
  while (performance.now() < end) {
    const { status, 'error-desc': got } = await qemu.execute<Migration>('query-migrate');
    if (status === 'completed') return;
    if (status === 'failed' || status === 'cancelled') throw failed(got ?? status);
    await sleep(pace);
  }
  throw failed(`not done in ${limit / 1000} s`);
}

const failed = (got: string) =>
  new HarnessError('infrastructure', "QEMU cannot pass the machine's state on", { got });

/** Writes the state into a file, and lets the machine go on, whatever becomes of it. Rejects with HarnessError and errors of the disk. */
export async function saveState(qemu: RunningQemu, file: string): Promise<FileHash> {
  // QEMU 7.2 writes to a socket or a program that it starts, which its sandbox forbids.
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
      server.once('close', () => reject(failed('no state came')));
    });
    written.catch(() => {});
    await qemu.execute('stop');
    await qemu.execute('migrate-set-parameters', { 'max-bandwidth': bandwidth });
    await qemu.execute('migrate', { uri: `unix:${path}` });
    // A disk that is full ends the stream, and with it the migration: both have ended before the machine goes on.
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

/** Reads the state from a descriptor that QEMU has inherited under this number; the machine stands still then. */
export async function loadState(qemu: RunningQemu, fd: number): Promise<void> {
  await qemu.execute('migrate-incoming', { uri: `fd:${fd}` });
  await completed(qemu);
}
