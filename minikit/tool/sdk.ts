// SPDX-License-Identifier: BSD-2-Clause
/** Finds the SDK of the tool, and files in it. */
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HarnessError } from '../../harness/base/error.js';
import { readElfFile } from '../../harness/microkit/elf-file.js';
import type { ElfFile } from '../../harness/system/elf.js';
import { defaultVersion, parseVersion, type Version } from '../../harness/system/versions.js';
import { type Platform, readPlatform } from './platform.js';

/** A board in a configuration. */
export interface Target {
  kernel: ElfFile;
  platform: Platform;
}

const isDirectory = (path: string) => existsSync(path) && statSync(path).isDirectory();
const folders = (path: string) =>
  isDirectory(path)
    ? readdirSync(path)
        .filter((name) => isDirectory(join(path, name)))
        .sort()
    : [];

/** The SDK: MICROKIT_SDK, or the parent of the program's bin/ folder. Throws when it is not an SDK. */
export function findSdk(program: string, environment: NodeJS.ProcessEnv): string {
  const given = environment.MICROKIT_SDK;
  const sdk = given === undefined ? dirname(dirname(realpathSync(program))) : given;
  const wayOut =
    given === undefined ? 'call it as bin/microkit of an SDK directory' : 'unset MICROKIT_SDK or correct it';
  if (!isDirectory(sdk))
    throw new HarnessError('usage', 'the SDK directory does not exist', { where: sdk, wayOut });
  if (!isDirectory(join(sdk, 'board')))
    throw new HarnessError('usage', "the SDK directory has no 'board' folder", { where: sdk, wayOut });
  return sdk;
}

/** The Microkit version of the SDK. */
export function versionOf(sdk: string): Version {
  const path = join(sdk, 'VERSION');
  return (existsSync(path) && parseVersion(readFileSync(path, 'utf8').trim())) || defaultVersion;
}

/** The boards of an SDK. */
export const boardsOf = (sdk: string) => folders(join(sdk, 'board'));

/** The files of an SDK for a board and a configuration. Throws when the SDK lacks them. */
export function openTarget(sdk: string, board: string, config: string): Target {
  const boards = boardsOf(sdk);
  if (!boards.includes(board)) {
    const detail = { where: sdk, expected: boards.join(', ') || 'a built board', got: board };
    throw new HarnessError('usage', 'the SDK does not have this board', detail);
  }
  const folder = join(sdk, 'board', board, config);
  const configs = folders(join(sdk, 'board', board)).filter((name) => name !== 'example');
  if (!configs.includes(config)) {
    const detail = { where: sdk, expected: configs.join(', '), got: config };
    throw new HarnessError('usage', `the SDK does not have this configuration of ${board}`, detail);
  }
  const kernel = join(folder, 'elf', 'minikit.elf');
  if (!existsSync(kernel)) {
    const wayOut =
      "this tool builds for minikit's kernel only: give it minikit's SDK directory, or build that again";
    throw new HarnessError('infrastructure', 'the kernel ELF file does not exist', { where: kernel, wayOut });
  }
  return {
    kernel: readElfFile(kernel, 'infrastructure'),
    platform: readPlatform(join(folder, 'platform.json')),
  };
}
