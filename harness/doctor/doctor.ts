// SPDX-License-Identifier: BSD-2-Clause
/** What the harness needs from a machine, and whether the machine has it. */
import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { endsWithUs } from '../base/children.js';
import { makeFolder } from '../base/disk.js';
import { HarnessError } from '../base/error.js';
import { cacheRoot, packageRoot } from '../base/paths.js';
import { noProgress } from '../base/progress.js';
import { isTooOld, oldestQemu } from '../machine/qemu/arguments.js';
import { qemuProgram } from '../machine/qemu/qemu.js';
import { findSdk } from '../microkit/find.js';
import { debugRegistersText } from '../microkit/isolation.js';
import { checkTool } from '../microkit/sdk.js';
import { type Need, placeOf, readNeeds, setupLine } from './needs.js';

export interface Condition {
  what: string;
  /** The purposes that need it: `demo`, `lab` and so on. Every user needs the purpose `demo`. */
  for: readonly string[];
  ok: boolean;
  found: string;
  wayOut?: string;
  /** The Debian package that contains what is missing. */
  package?: string;
}

/** The purpose that every user needs. */
const everything = ['demo'];

async function need({ purposes, command, package: pack, why }: Need): Promise<Condition> {
  const place = await placeOf(command);
  const what = `${command} (${why})`;
  if (place) return { what, for: purposes, ok: true, found: place };
  return {
    what,
    for: purposes,
    ok: false,
    found: 'missing',
    wayOut: `${setupLine(purposes[0] ?? '')}, or: apt-get install ${pack}`,
    package: pack,
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
  return {
    what: `Node.js ${oldest} or later`,
    for: everything,
    ok,
    found: process.version,
    ...(!ok && { wayOut }),
  };
}

async function qemuVersion(): Promise<Condition> {
  const what = `${qemuProgram} ${oldestQemu.join('.')} or later`;
  const { stdout, failed } = await execa(...endsWithUs(qemuProgram, ['--version']), { reject: false });
  const [, major, minor, micro] = /version (\d+)\.(\d+)\.(\d+)/.exec(stdout ?? '') ?? [];
  const found = failed ? 'does not run' : `${major}.${minor}.${micro}`;
  const ok = major !== undefined && !isTooOld([Number(major), Number(minor), Number(micro)]);
  return { what, for: everything, ok, found, ...(!ok && { wayOut: 'apt-get install qemu-system-arm' }) };
}

/** Runs work that may throw a HarnessError, and reports the error's message as the finding. */
async function tried(what: string, work: () => Promise<string>): Promise<Condition> {
  try {
    return { what, for: everything, ok: true, found: await work() };
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    const { got, wayOut } = error.detail;
    const found = got === undefined ? error.message : `${error.message}: ${got}`;
    return { what, for: everything, ok: false, found, ...(wayOut !== undefined && { wayOut }) };
  }
}

async function cache(): Promise<Condition> {
  const what = 'cache for downloads';
  let ok = true;
  try {
    makeFolder(cacheRoot);
    await access(cacheRoot, constants.W_OK);
  } catch {
    ok = false;
  }
  const wayOut = 'set XDG_CACHE_HOME to a folder that you can write to';
  return {
    what,
    for: everything,
    ok,
    found: ok ? cacheRoot : `${cacheRoot} cannot be written`,
    ...(!ok && { wayOut }),
  };
}

/** The SDK that commands use by default, and what its kernel lets a guest reach. */
async function sdk(): Promise<Condition[]> {
  const properties: Condition[] = [];
  const chosen = await tried('Microkit SDK', async () => {
    const found = await findSdk({ progress: noProgress });
    await checkTool(found);
    properties.push({
      what: "a guest's debug registers there",
      for: everything,
      ok: true,
      found: debugRegistersText(found),
    });
    return `${found.name} in ${found.dir} (${found.source})`;
  });
  return [chosen, ...properties];
}

/** Checks everything. Never throws because something is missing. */
export async function examine(): Promise<Condition[]> {
  const needs = await readNeeds();
  return [...(await Promise.all([node(), ...needs.map(need), qemuVersion(), cache()])), ...(await sdk())];
}
