// SPDX-License-Identifier: BSD-2-Clause
/** The last step of a build: the SDK's tool makes an image from the system description and its program. */
import { createHash } from 'node:crypto';
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Board } from '../../boards/board.js';
import { runTool } from '../base/run-tool.js';
import { checkFits } from './room.js';
import { checkTool, type Sdk, toolOf } from './sdk.js';

/** A size as a build step shows it. */
export const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

/** Paths of the tool's inputs and outputs. */
export interface ImageFiles {
  folder: string;
  system: string;
  vmm: string;
  image: string;
  report: string;
}

/** The board, SDK and configuration of the image. */
export interface ImageRequest {
  board: Board;
  sdk: Sdk;
  config: string;
  signal?: AbortSignal | undefined;
}

/** A record of the image's inputs, so that it is made again only when one of them changes. */
async function imageInputs(files: ImageFiles, { board, sdk, config }: ImageRequest): Promise<string> {
  const programs = join(sdk.dir, 'board', board.name, config, 'elf');
  const names = (await readdir(programs)).sort();
  const hashes = [toolOf(sdk.dir), ...names.map((name) => join(programs, name))].map(async (path) => {
    const hash = createHash('sha256').update(await readFile(path));
    return `${path} ${hash.digest('hex')}\n`;
  });
  // The VMM contains the guest's images and is large. make changes it only when it links it, so its status is enough.
  const { size, mtimeNs, ino } = await stat(files.vmm, { bigint: true });
  const vmm = `${files.vmm} ${size} ${mtimeNs} ${ino}\n`;
  return `${await readFile(files.system, 'utf8')}\n${vmm}${(await Promise.all(hashes)).join('')}`;
}

/** Runs the SDK's tool and returns a summary for the progress display. */
export async function makeImage(files: ImageFiles, request: ImageRequest): Promise<string> {
  const { board, sdk, config, signal } = request;
  const { folder, system, image, report } = files;
  const tool = toolOf(sdk.dir);
  const stamp = join(folder, 'image.inputs');
  const inputs = await imageInputs(files, request);
  const before = await readFile(stamp, 'utf8').catch(() => '');
  const there = await stat(image).catch(() => undefined);
  if (there && before === inputs) return `${megabytes(there.size)}, up to date`;
  await rm(stamp, { force: true });
  const partial = `${image}.partial`;
  const where = ['--search-path', folder, '--board', board.name, '--config', config];
  await runTool(tool, [system, ...where, '-o', partial, '-r', report], {
    what: `the Microkit tool of ${sdk.name}`,
    fault: 'product',
    cwd: folder,
    log: join(folder, 'tool.log'),
    // The tool prefers this variable to its own location.
    env: { MICROKIT_SDK: resolve(sdk.dir) },
    signal,
  }).catch(async (error) => {
    // A program for another kind of host fails in many ways. That it is such a program is the best explanation.
    await checkTool(sdk);
    throw error;
  });
  const { size } = await stat(partial);
  checkFits(board, size, image);
  await rename(partial, image);
  await writeFile(stamp, inputs);
  return megabytes(size);
}
