// SPDX-License-Identifier: BSD-2-Clause
/** setup/packages: the only table of what is needed from Debian, and for which purposes. */
import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { packageRoot } from '../base/paths.js';

/** A line of the table. */
export interface Need {
  /** The purposes that need it: `demo`, `lab`, `conform` and so on. */
  purposes: readonly string[];
  /** A command to search in PATH, or a file if it starts with `/`. */
  command: string;
  package: string;
  why: string;
}

/** The command that installs what is missing, both in a clone and in an installed package. */
export const setupLine = (...purposes: readonly string[]): string =>
  ['vmm-harness setup', ...purposes].join(' ');

function parseNeeds(table: string): Need[] {
  const lines = table.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const [purposes = '', command = '', pack = '', ...why] = line.trim().split(/\s+/);
    return { purposes: purposes.split(','), command, package: pack, why: why.join(' ') };
  });
}

export const readNeeds = async (): Promise<Need[]> =>
  parseNeeds(await readFile(join(packageRoot, 'setup', 'packages'), 'utf8'));

/** The path of a command; undefined when it is missing. */
export async function placeOf(command: string, path = process.env.PATH ?? ''): Promise<string | undefined> {
  const places = command.startsWith('/') ? [command] : path.split(delimiter).map((dir) => join(dir, command));
  const mode = command.startsWith('/') ? constants.R_OK : constants.X_OK;
  for (const place of places) {
    const isThere = await access(place, mode).then(
      () => true,
      () => false,
    );
    if (isThere) return place;
  }
  return undefined;
}

/** The missing packages among those that these purposes need. */
export async function missingPackages(purposes: readonly string[]): Promise<string[]> {
  const wanted = (await readNeeds()).filter((need) => need.purposes.some((one) => purposes.includes(one)));
  const there = await Promise.all(wanted.map(({ command }) => placeOf(command)));
  return [...new Set(wanted.filter((_, index) => !there[index]).map((one) => one.package))];
}
