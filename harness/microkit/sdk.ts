// SPDX-License-Identifier: BSD-2-Clause
/** A Microkit SDK directory: bin/microkit, VERSION, board/<board>/<config>/{include,lib,elf}. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { boards } from '../../boards/index.js';
import type { Fault } from '../base/error.js';
import { HarnessError } from '../base/error.js';
import { limits } from '../base/limits.js';
import { pathPart } from '../base/path-part.js';
import { readRegularFile } from '../base/read-file.js';
import { nearest } from '../base/spelling.js';
import { requireRunsHere } from './install/host.js';
import { minikitName } from './minikit.js';

/** Where the name of an SDK comes from. */
export type SdkSource = '--sdk' | 'MICROKIT_SDK' | 'installed' | 'built here';

export interface Sdk {
  /** The name in verdicts and folders: `minikit`, `minikit-2.3.0`, `microkit-2.0.1`. */
  name: string;
  provider: 'microkit' | 'minikit';
  dir: string;
  /** The Microkit release whose interfaces the SDK has. */
  version: string;
  source: SdkSource;
  /** The configurations of each board. */
  boards: ReadonlyMap<string, readonly string[]>;
}

/** One line about the limits of minikit, printed whenever minikit runs. */
export const minikitIsNot =
  'minikit is not seL4: it runs the same protection domains with the same interfaces, but nothing about it is verified';

/** The tool of an SDK directory. */
export const toolOf = (dir: string): string => join(dir, 'bin', 'microkit');

const faultOf = (source: SdkSource): Fault => (source === 'built here' ? 'harness' : 'usage');

function noSdk(dir: string, source: SdkSource, missing: string): HarnessError {
  const wayOut: Record<SdkSource, string> = {
    '--sdk': 'give the directory of an unpacked Microkit SDK, or a name that vmm-harness sdk list shows',
    MICROKIT_SDK: 'set it to the directory of an unpacked Microkit SDK, or unset it to use minikit',
    installed: 'install it again: vmm-harness sdk install',
    'built here': 'delete build/minikit and run again',
  };
  return new HarnessError(faultOf(source), `${source} does not name a Microkit SDK`, {
    where: dir,
    expected: 'a directory with bin/microkit, VERSION and board/',
    got: missing,
    wayOut: wayOut[source],
  });
}

/** The subfolders of `dir`, sorted; none when it cannot be read. */
async function folders(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.isFile())
    .map((entry) => entry.name)
    .sort();
}

/** The text of an SDK's VERSION file. It becomes part of folder names, so it is checked to be suitable. */
export function versionIn(dir: string): string {
  const file = join(dir, 'VERSION');
  const text = readRegularFile(file, { what: "the SDK's VERSION", limit: limits.sdkVersion })
    .toString()
    .trim();
  return text === '' ? '' : pathPart(text, "the SDK's version", file);
}

/** Reads the contents of an SDK directory and runs nothing. Throws HarnessError (usage) when it is not an SDK. */
export async function describeSdk(dir: string, source: SdkSource): Promise<Sdk> {
  if (!existsSync(dir)) throw noSdk(dir, source, 'no such directory');
  for (const part of ['bin/microkit', 'VERSION', 'board']) {
    if (!existsSync(join(dir, part))) throw noSdk(dir, source, `no ${part} in it`);
  }
  const version = versionIn(dir);
  const boards = new Map<string, string[]>();
  let isMinikit = false;
  for (const board of await folders(join(dir, 'board'))) {
    const configs = await folders(join(dir, 'board', board));
    boards.set(board, configs);
    isMinikit ||= configs.some((config) =>
      existsSync(join(dir, 'board', board, config, 'elf', 'minikit.elf')),
    );
  }
  const provider = isMinikit ? 'minikit' : 'microkit';
  const plain = () => `microkit-${version || pathPart(basename(dir), "the SDK's folder", dir)}`;
  const name = isMinikit ? minikitName(version) : plain();
  return { name, provider, dir, version, source, boards };
}

/** Throws HarnessError (usage) when the SDK does not have this board in this configuration. */
export function requireBoard(sdk: Sdk, board: string, config: string): void {
  const configs = sdk.boards.get(board);
  if (configs?.includes(config)) return;
  const what = configs ? `configuration ${config} of board ${board}` : `board ${board}`;
  const names = configs ?? [...sdk.boards.keys()];
  // A known board was meant; only this SDK lacks it.
  const near = configs || !boards.has(board) ? nearest(configs ? config : board, names) : undefined;
  throw new HarnessError('usage', `${sdk.name} does not have ${what}`, {
    where: sdk.dir,
    expected: `one of ${names.join(', ') || '(none)'}`,
    got: configs ? config : board,
    wayOut: near ? `did you mean ${near}?` : 'another SDK has it: vmm-harness sdk list',
  });
}

/** Runs `bin/microkit --help`. Resolves when this host can run it; throws HarnessError (usage) otherwise. */
export function checkTool(sdk: Sdk): Promise<void> {
  return requireRunsHere(sdk.dir, undefined, 'usage');
}
