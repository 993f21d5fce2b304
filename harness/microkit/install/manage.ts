// SPDX-License-Identifier: BSD-2-Clause
/** `sdk verify`, `sdk use` and `sdk remove`: operations on an installed SDK. */
import { HarnessError } from '../../base/error.js';
import { type Progress, step } from '../../base/progress.js';
import { platformOf, publishedHash } from '../releases.js';
import { versionIn } from '../sdk.js';
import { type ChangeOptions, changing } from './change.js';
import { requireRunsHere } from './host.js';
import { narHash } from './nar.js';
import type { SdkStore, Trust } from './store.js';
import { requireUnused } from './use.js';

/** The hash to compare an SDK's hash with, and who vouches for it. */
async function reference(store: SdkStore, name: string): Promise<{ nar: string; trust: Trust }> {
  const record = store.record(name);
  const version = record?.version ?? versionIn(store.dirOf(name));
  const platform = platformOf();
  const published = platform === undefined ? undefined : publishedHash(version, platform);
  if (record !== undefined)
    return { nar: record.nar, trust: record.nar === published ? 'published' : record.trust };
  if (published !== undefined) return { nar: published, trust: 'published' };
  throw new HarnessError('usage', `there is nothing to compare SDK ${name} with`, {
    where: store.dirOf(name),
    expected: 'an SDK that sdk install installed, or a published version',
    got: `a folder that was created by hand, version ${version || 'unknown'}`,
  });
}

export interface VerifyOptions {
  progress: Progress;
  signal?: AbortSignal | undefined;
}

/**
 * Hashes an installed SDK again and tries its tool. Returns who vouches for it; throws HarnessError (infrastructure)
 * when it has changed since its installation.
 */
export async function verifySdk(
  store: SdkStore,
  name: string,
  options: VerifyOptions,
): Promise<{ nar: string; trust: Trust }> {
  const { progress, signal } = options;
  await store.require(name);
  const wanted = await reference(store, name);
  const dir = store.dirOf(name);
  const nar = await step(progress, `hash ${name}`, () => narHash(dir, { signal }));
  if (nar !== wanted.nar) {
    throw new HarnessError('infrastructure', `SDK ${name} has changed since its installation`, {
      where: dir,
      expected: wanted.nar,
      got: nar,
      wayOut: `install it again: vmm-harness sdk install ${name} --replace`,
    });
  }
  await step(progress, `try ${name}`, () => requireRunsHere(dir, signal));
  return wanted;
}

/** Makes an installed SDK the default. `minikit` removes the default, so that minikit is used. */
export function useByDefault(store: SdkStore, name: string, options: ChangeOptions): Promise<void> {
  return changing(store, options, async () => {
    if (name === 'minikit') return store.clearDefault();
    await store.require(name);
    await store.setDefault(name);
  });
}

/** Removes an installed SDK. Throws HarnessError (infrastructure) while a process is using it. */
export function removeSdk(
  store: SdkStore,
  name: string,
  options: ChangeOptions,
): Promise<{ wasDefault: boolean }> {
  return changing(store, options, async () => {
    await store.require(name);
    requireUnused(store, name);
    const wasDefault = store.default() === name;
    await store.remove(name);
    return { wasDefault };
  });
}
