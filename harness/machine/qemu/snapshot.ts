// SPDX-License-Identifier: BSD-2-Clause
/** The snapshot of one QEMU machine: whether a saved state exists, and how it is saved. */
import { closeSync, openSync } from 'node:fs';
import { HarnessError } from '../../base/error.js';
import { fileHash } from '../../base/file-hash.js';
import type { Snapshot, SnapshotRequest } from '../machine.js';
import { qemuArguments } from './arguments.js';
import { saveState } from './migration.js';
import { versionOf } from './program.js';
import type { RunningQemu } from './running.js';
import type { QemuSetup } from './setup.js';
import { Snapshots } from './snapshots.js';

/** A saved state in which a machine begins. */
export interface Begin {
  descriptor: number;
  /** In ISO 8601. */
  saved: string;
  close(): void;
}

/** QEMU options that give a machine state outside its migration stream: the data written to a disk. */
const disks = /^-(drive|blockdev|hd[a-d]|sd|pflash|mtdblock|cdrom)$/;

/** Such a disk stays as it is. */
const readOnly = /(^|,)readonly=on(,|$)/;

/** States that could not be saved in this process. They are not tried again. */
const unable = new Set<string>();

export class SnapshotOfQemu implements Snapshot {
  readonly #store: Snapshots;
  readonly #key: string;
  readonly #version: string;
  readonly #request: SnapshotRequest;
  #qemu: RunningQemu | undefined;
  #begunIn: string | undefined;

  private constructor(key: string, version: string, request: SnapshotRequest) {
    this.#store = new Snapshots(request.folder);
    this.#key = key;
    this.#version = version;
    this.#request = request;
  }

  /** Present if the setup requests a snapshot and the machine can be saved. */
  static async for(setup: QemuSetup, load: readonly string[]): Promise<SnapshotOfQemu | undefined> {
    const { snapshot: request, board, image, qemu, ports } = setup;
    if (request === undefined) return undefined;
    const disk = load.find((word, index) => disks.test(word) && !readOnly.test(load[index + 1] ?? ''));
    if (disk !== undefined) {
      request.note(`no snapshot is kept: it would lack the data written to the disk of ${disk}`);
      return undefined;
    }
    const [version, hash] = await Promise.all([versionOf(qemu), fileHash(image).catch(() => undefined)]);
    // The start reports what is missing.
    if (version === undefined || hash === undefined) return undefined;
    const key = Snapshots.key([hash.sha256, qemuArguments(board, load, ports), request.state]);
    return new SnapshotOfQemu(key, version.join('.'), request);
  }

  get begunIn(): string | undefined {
    return this.#begunIn;
  }

  /** The state to begin in, if there is one for this QEMU. */
  async open(): Promise<Begin | undefined> {
    if (!this.#request.use) return undefined;
    const found = await this.#store.find(this.#key, this.#version);
    if (typeof found === 'string') this.#request.note(`${found}: the machine boots instead`);
    if (found === undefined || typeof found === 'string') return undefined;
    const descriptor = openSync(found.path, 'r');
    return { descriptor, saved: found.saved, close: () => closeSync(descriptor) };
  }

  /** Forgets a state in which the machine could not begin. */
  async refuse({ message, detail }: HarnessError): Promise<void> {
    await this.#store.drop(this.#key);
    const reason = [message, ...(detail.got ?? '').split('\n')].filter((line) => line !== '').join('; ');
    this.#request.note(`the snapshot cannot be loaded (${reason}): the machine boots instead`);
  }

  /** Sets the QEMU to save from now on. */
  attach(qemu: RunningQemu, begin?: Begin): void {
    this.#qemu = qemu;
    this.#begunIn = begin?.saved;
  }

  async save(): Promise<void> {
    const qemu = this.#qemu;
    if (qemu === undefined || unable.has(this.#key)) return;
    try {
      await this.#store.keep(this.#key, this.#version, (file) => saveState(qemu, file));
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error;
      unable.add(this.#key);
      const reason = error.detail.got ?? error.message;
      this.#request.note(`no snapshot is kept, and the next machine boots again: ${reason}`);
    }
  }
}
