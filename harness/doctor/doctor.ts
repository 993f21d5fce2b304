// SPDX-License-Identifier: BSD-2-Clause
/** What the harness needs from a machine, and whether the machine has it. */
import { constants } from 'node:fs';
import { access, mkdir, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { HarnessError } from '../base/error.js';
import { cacheRoot, packageRoot } from '../base/paths.js';
import { noProgress } from '../base/progress.js';
import { isTooOld, oldestQemu } from '../machine/qemu/arguments.js';
import { qemuProgram } from '../machine/qemu/qemu.js';
import { findSdk } from '../microkit/find.js';
import { debugRegistersText } from '../microkit/isolation.js';
import { checkTool } from '../microkit/sdk.js';

export interface Condition {
  what: string;
  ok: boolean;
  found: string;
  wayOut?: string;
}

/** A line of setup/packages, the only table of what is needed from Debian. */
interface Need {
  /** `demo`, `test` or `lint`. */
  purpose: string;
  command: string;
  package: string;
  why: string;
}

/** Reads setup/packages. */
function parseNeeds(table: string): Need[] {
  const lines = table.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const [purpose = '', command = '', pack = '', ...why] = line.trim().split(/\s+/);
    return { purpose, command, package: pack, why: why.join(' ') };
  });
}

async function inPath(command: string, path = process.env.PATH ?? ''): Promise<string | undefined> {
  const places = command.startsWith('/') ? [command] : path.split(delimiter).map((dir) => join(dir, command));
  const mode = command.startsWith('/') ? constants.R_OK : constants.X_OK;
  for (const place of places) {
    if (
      await access(place, mode).then(
        () => true,
        () => false,
      )
    )
      return place;
  }
  return undefined;
}

/** The missing packages among those that setup/setup installs for these purposes. */
export async function missingPackages(purposes: readonly string[]): Promise<string[]> {
  const needs = parseNeeds(await readFile(join(packageRoot, 'setup', 'packages'), 'utf8'));
  const wanted = needs.filter(({ purpose }) => purposes.includes(purpose));
  const there = await Promise.all(wanted.map(({ command }) => inPath(command)));
  return [...new Set(wanted.filter((_, index) => !there[index]).map((one) => one.package))];
}

async function need({ purpose, command, package: pack, why }: Need): Promise<Condition> {
  const place = await inPath(command);
  const what = `${command} (${why})`;
  if (place) return { what, ok: true, found: place };
  return {
    what,
    ok: false,
    found: 'missing',
    wayOut: `setup/setup ${purpose}, or: apt-get install ${pack}`,
  };
}

/** Whether version `has` satisfies `engines`, which is `>=MAJOR.MINOR`. */
export function isNodeEnough(has: string, engines: string): boolean {
  const [major = 0, minor = 0] = engines.replace('>=', '').split('.').map(Number);
  const [hasMajor = 0, hasMinor = 0] = has.split('.').map(Number);
  return hasMajor > major || (hasMajor === major && hasMinor >= minor);
}

/** The oldest accepted Node.js is the one in package.json's "engines". */
async function node(): Promise<Condition> {
  const { engines } = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8'));
  const oldest = engines.node.replace('>=', '');
  const ok = isNodeEnough(process.versions.node, engines.node);
  const wayOut = `install Node.js ${oldest} or later`;
  return { what: `Node.js ${oldest} or later`, ok, found: process.version, ...(!ok && { wayOut }) };
}

async function qemuVersion(): Promise<Condition> {
  const what = `${qemuProgram} ${oldestQemu.join('.')} or later`;
  const { stdout, failed } = await execa(qemuProgram, ['--version'], { reject: false });
  const [, major, minor, micro] = /version (\d+)\.(\d+)\.(\d+)/.exec(stdout ?? '') ?? [];
  const found = failed ? 'does not run' : `${major}.${minor}.${micro}`;
  const ok = major !== undefined && !isTooOld([Number(major), Number(minor), Number(micro)]);
  return { what, ok, found, ...(!ok && { wayOut: 'apt-get install qemu-system-arm' }) };
}

/** Runs work that may throw a HarnessError, and reports the error's message as the finding. */
async function tried(what: string, work: () => Promise<string>): Promise<Condition> {
  try {
    return { what, ok: true, found: await work() };
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    const { got, wayOut } = error.detail;
    const found = got === undefined ? error.message : `${error.message}: ${got}`;
    return { what, ok: false, found, ...(wayOut !== undefined && { wayOut }) };
  }
}

async function cache(): Promise<Condition> {
  const what = 'cache for downloads';
  const ok = await mkdir(cacheRoot, { recursive: true })
    .then(() => access(cacheRoot, constants.W_OK))
    .then(
      () => true,
      () => false,
    );
  const wayOut = 'set XDG_CACHE_HOME to a folder that you can write to';
  return { what, ok, found: ok ? cacheRoot : `${cacheRoot} cannot be written`, ...(!ok && { wayOut }) };
}

/** The SDK that commands use by default, and what its kernel lets a guest reach. */
async function sdk(): Promise<Condition[]> {
  const properties: Condition[] = [];
  const chosen = await tried('Microkit SDK', async () => {
    const found = await findSdk({ progress: noProgress });
    await checkTool(found);
    properties.push({ what: "a guest's debug registers there", ok: true, found: debugRegistersText(found) });
    return `${found.name} in ${found.dir} (${found.source})`;
  });
  return [chosen, ...properties];
}

/** Checks everything. Never throws because something is missing. */
export async function examine(): Promise<Condition[]> {
  const needs = parseNeeds(await readFile(join(packageRoot, 'setup', 'packages'), 'utf8'));
  return [...(await Promise.all([node(), ...needs.map(need), qemuVersion(), cache()])), ...(await sdk())];
}
