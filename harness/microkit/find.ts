// SPDX-License-Identifier: BSD-2-Clause
/** Finds SDKs and chooses the one that a command uses: --sdk, MICROKIT_SDK, an installed one, minikit. */
import { existsSync, realpathSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Board } from '../../boards/board.js';
import { HarnessError } from '../base/error.js';
import { dataRoot } from '../base/paths.js';
import type { Progress } from '../base/progress.js';
import { nearest } from '../base/spelling.js';
import { parseVersion } from '../system/versions.js';
import { buildMinikit, type MinikitVersion, minikitDirOf, minikitVersions } from './minikit.js';
import { describeSdk, type Sdk } from './sdk.js';

/** Where SDKs are installed: one folder for each version, and a link `default` to the default SDK. */
export const installRoot = join(dataRoot, 'sdk');

/** The names of the installed SDKs' folders. */
async function installedNames(root: string): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name);
}

export interface FindOptions {
  /** The value of --sdk: a directory, `minikit`, or the name or version of an installed SDK. */
  wanted?: string | undefined;
  /** The only board that the command needs. If minikit has it, minikit's other boards are not built. */
  board?: Board | undefined;
  /** The Microkit version of --microkit. minikit is built as that version; any other SDK must have it. */
  microkit?: string | undefined;
  progress: Progress;
  env?: NodeJS.ProcessEnv;
  root?: string;
}

/** All SDKs that can be named, in order of preference. Builds minikit if necessary. */
export async function listSdks(options: FindOptions): Promise<Sdk[]> {
  return [...(await sdksAtHand(options)), await minikit(options)];
}

/** The SDKs that are available without building anything: all but minikit. */
export async function sdksAtHand({ env = process.env, root = installRoot }: Omit<FindOptions, 'progress'>) {
  const sdks: Sdk[] = [];
  if (env.MICROKIT_SDK) sdks.push(await describeSdk(resolve(env.MICROKIT_SDK), 'MICROKIT_SDK'));
  for (const name of await installedNames(root)) sdks.push(await describeSdk(join(root, name), 'installed'));
  return sdks;
}

/** The version as which to build minikit. Throws HarnessError (usage) when minikit cannot be built as `given`. */
function minikitVersion(given: string = minikitVersions[0]): MinikitVersion {
  const found = minikitVersions.find((version) => version === parseVersion(given));
  if (found !== undefined) return found;
  throw new HarnessError('usage', `minikit cannot be Microkit ${given}`, {
    expected: minikitVersions.join(' or '),
    got: given,
    wayOut: 'install that SDK: vmm-harness sdk install',
  });
}

async function minikit({ progress, board, microkit }: FindOptions): Promise<Sdk> {
  const version = minikitVersion(microkit);
  await buildMinikit(progress, board?.providers.includes('minikit') ? board.name : undefined, version);
  return describeSdk(minikitDirOf(version), 'built here');
}

/** An existing SDK cannot change its version. */
function requireVersion(sdk: Sdk, given: string | undefined): Sdk {
  if (given === undefined || parseVersion(given) === parseVersion(sdk.version)) return sdk;
  throw new HarnessError('usage', `${sdk.name} is not Microkit ${given}`, {
    where: sdk.dir,
    expected: `--microkit ${sdk.version}, or none`,
    got: `--microkit ${given}`,
    wayOut: 'choose another SDK with --sdk; --sdk minikit can be built as several versions',
  });
}

/** The SDK that a command uses. Throws HarnessError (usage) when the requested one does not exist. */
export async function findSdk(options: FindOptions): Promise<Sdk> {
  return requireVersion(await chosenSdk(options), options.microkit);
}

async function chosenSdk(options: FindOptions): Promise<Sdk> {
  const { wanted, env = process.env, root = installRoot } = options;
  if (wanted !== undefined) return namedSdk(wanted, options);
  if (env.MICROKIT_SDK) return describeSdk(resolve(env.MICROKIT_SDK), 'MICROKIT_SDK');
  const chosen = join(root, 'default');
  // Under its own name: the results of builds with it must not change when the default does.
  if (existsSync(chosen)) return describeSdk(realpathSync(chosen), 'installed');
  return minikit(options);
}

async function namedSdk(wanted: string, options: FindOptions): Promise<Sdk> {
  const { root = installRoot } = options;
  if (wanted === 'minikit') return minikit(options);
  const version = minikitVersions.find((one) => wanted === `minikit-${one}`);
  if (version !== undefined) return minikit({ ...options, microkit: version });
  const names = await installedNames(root);
  const name = names.find(
    (one) => one === wanted || one === `microkit-${wanted}` || `microkit-${one}` === wanted,
  );
  if (name !== undefined) return describeSdk(join(root, name), 'installed');
  if (wanted.includes('/') || existsSync(wanted)) return describeSdk(resolve(wanted), '--sdk');
  const near = nearest(wanted, [...names, 'minikit']);
  throw new HarnessError('usage', `there is no SDK named ${wanted}`, {
    expected: `a directory, or one of ${['minikit', ...names].join(', ')}`,
    got: wanted,
    wayOut: near ? `did you mean ${near}?` : 'vmm-harness sdk list shows the available SDKs',
  });
}
