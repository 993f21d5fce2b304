// SPDX-License-Identifier: BSD-2-Clause
/** The frame of every command that changes the folder of installed SDKs. */
import { explainDisk, makeFolder } from '../../base/disk.js';
import { withLock } from '../../base/lock.js';
import type { Progress } from '../../base/progress.js';
import type { SdkStore } from './store.js';

export interface ChangeOptions {
  progress: Progress;
  signal?: AbortSignal | undefined;
  /** Seconds to wait for another process that is changing the installed SDKs. */
  wait: number;
}

/** Runs `body` while no other process changes the installed SDKs, and explains disk faults. */
export async function changing<T>(
  store: SdkStore,
  options: ChangeOptions,
  body: () => Promise<T>,
): Promise<T> {
  const { progress, signal, wait } = options;
  const onWait = (holder: string) =>
    progress({ kind: 'note', text: `waiting for ${holder}, which is changing the installed SDKs` });
  const lock = { what: 'the folder of installed SDKs', wait, onWait, ...(signal && { signal }) };
  try {
    makeFolder(store.workDir);
    return await withLock(store.lockFile, lock, body);
  } catch (error) {
    throw explainDisk(error, store.root, 'choose another folder with XDG_DATA_HOME');
  }
}
