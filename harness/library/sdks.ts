// SPDX-License-Identifier: BSD-2-Clause
import { noProgress, type Progress } from '../base/progress.js';
import { findSdk, listSdks, sdksAtHand } from '../microkit/find.js';
import type { Sdk } from '../microkit/sdk.js';

export interface SdkOptions {
  /** Builds minikit where it is not there, and lists it, too. */
  minikit?: boolean;
  /** The environment in which MICROKIT_SDK is looked for; this process's when not given. */
  env?: NodeJS.ProcessEnv;
  progress?: Progress;
}

/**
 * The SDKs that there are, in the order in which commands choose: MICROKIT_SDK, the installed ones, minikit.
 *
 * Rejects with HarnessError (usage) when MICROKIT_SDK names none.
 *
 * @since 0.2.0
 */
export function sdks({
  minikit = false,
  env = process.env,
  progress = noProgress,
}: SdkOptions = {}): Promise<Sdk[]> {
  return minikit ? listSdks({ env, progress }) : sdksAtHand({ env });
}

/**
 * The SDK that is meant: a directory, `minikit`, or the name or version of an installed one; without a word the one that
 * commands take. minikit is built where it is not there.
 *
 * Rejects with HarnessError (usage) when there is none.
 *
 * @since 0.2.0
 */
export function sdk(wanted?: string, progress: Progress = noProgress): Promise<Sdk> {
  return findSdk({ wanted, progress });
}
