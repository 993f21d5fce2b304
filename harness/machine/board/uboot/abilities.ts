// SPDX-License-Identifier: BSD-2-Clause
/** The commands of a U-Boot build, determined with its own help before anything is sent. */
import { HarnessError } from '../../../base/error.js';
import { type StartMethod, startMethods } from './settings.js';
import type { Transfer } from './transfer.js';
import type { UBoot } from './uboot.js';

/** Whether it has a command. A build without `help` is assumed to have all. */
export async function has(uboot: UBoot, name: string): Promise<boolean> {
  // `help` exits with status 1 even for a command that it explains.
  const { output } = await uboot.run(`help ${name}`);
  const [, unknown] = /Unknown command '?([\w.]+)/.exec(output) ?? [];
  return unknown === undefined || (unknown === 'help' && name !== 'help');
}

/** Those of `names` that it has. */
async function those<T extends string>(uboot: UBoot, names: readonly T[]): Promise<T[]> {
  const found: T[] = [];
  for (const name of names) if (await has(uboot, name)) found.push(name);
  return found;
}

const lacks = (uboot: UBoot, name: string, wayOut: string) =>
  new HarnessError('infrastructure', `this U-Boot does not have the command ${name}`, {
    ...uboot.position(),
    got: uboot.version || 'a U-Boot of unknown version',
    wayOut,
  });

/**
 * Checks that it has the command that starts the image, the commands of `transfer`, and a checksum; returns their
 * names. Throws HarnessError (infrastructure) with the alternative in the lab file.
 */
export async function requireCommands(
  uboot: UBoot,
  start: StartMethod,
  { needs }: Pick<Transfer, 'needs'>,
): Promise<string[]> {
  if (!(await has(uboot, start))) {
    const others = await those(
      uboot,
      startMethods.filter((method) => method !== start),
    );
    const choice = others.map((method) => `\`uboot.start = "${method}"\``).join(' or ');
    throw lacks(uboot, start, choice === '' ? 'use another U-Boot: it can start no image' : `set ${choice}`);
  }
  for (const name of needs)
    if (!(await has(uboot, name)))
      throw lacks(uboot, name, 'set another `upload.by` in the lab file: tftp, ymodem, fastboot or command');
  const sum = (await has(uboot, 'crc32')) ? 'crc32' : 'hash';
  if (sum === 'hash' && !(await has(uboot, sum)))
    throw lacks(uboot, 'crc32', 'use a U-Boot with crc32 or hash: without them no upload can be compared');
  return [start, ...needs, sum];
}
