// SPDX-License-Identifier: BSD-2-Clause
/** Who is using an installed SDK: processes that registered themselves, and processes visible in /proc. */
import { readdirSync, readFileSync, readlinkSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { makeFolder } from '../../base/disk.js';
import { HarnessError } from '../../base/error.js';
import { describeHolder, mayLive, readHolder, self } from './holder.js';
import type { SdkStore } from './store.js';

/**
 * Registers this process as a user of the SDK in `dir`, so that `sdk remove` refuses to remove it; returns the function
 * that ends that. Does nothing for a directory that is not an installed SDK. A process that dies without unregistering
 * is noticed.
 */
export function useSdk(store: SdkStore, dir: string): () => void {
  const real = realpathSync(dir);
  if (!isRootOf(store, dirname(real))) return () => {};
  const holder = self();
  const file = join(store.useDir, `${basename(real)}@${holder.token}`);
  makeFolder(store.useDir);
  writeFileSync(file, `${JSON.stringify(holder)}\n`);
  return () => rmSync(file, { force: true });
}

function isRootOf(store: SdkStore, dir: string): boolean {
  try {
    return realpathSync(store.root) === dir;
  } catch {
    return false;
  }
}

/** The current users of SDK `name`, as text for a person. Forgets those that are gone. */
export function usersOf(store: SdkStore, name: string): string[] {
  return [...declared(store, name), ...seen(store.dirOf(name))];
}

/** Throws HarnessError (infrastructure) while any process is using SDK `name`. */
export function requireUnused(store: SdkStore, name: string): void {
  const users = usersOf(store, name);
  if (users.length === 0) return;
  throw new HarnessError('infrastructure', `SDK ${name} is in use`, {
    where: store.dirOf(name),
    got: users.join('; '),
    wayOut: 'wait for them or end them, then run again',
  });
}

function declared(store: SdkStore, name: string): string[] {
  const users: string[] = [];
  for (const entry of list(store.useDir)) {
    if (!entry.startsWith(`${name}@`)) continue;
    const file = join(store.useDir, entry);
    const holder = readHolder(file);
    if (holder !== undefined && mayLive(holder)) users.push(`vmm-harness, ${describeHolder(holder)}`);
    else rmSync(file, { force: true });
  }
  return users;
}

/** Processes whose program, working directory or arguments are in `dir`, where /proc shows them (proc(5)). */
function seen(dir: string): string[] {
  const real = realpathSync(dir);
  const inside = (path: string) =>
    path === real || path.startsWith(`${real}/`) || path === dir || path.startsWith(`${dir}/`);
  const users: string[] = [];
  for (const pid of list('/proc').filter((entry) => /^\d+$/.test(entry))) {
    if (Number(pid) === process.pid) continue;
    const program = link(`/proc/${pid}/exe`);
    const args = read(`/proc/${pid}/cmdline`).split('\0');
    if (
      inside(program) ||
      inside(link(`/proc/${pid}/cwd`)) ||
      args.some((arg) => inside(arg.replace(/^-[IL]/, '')))
    ) {
      users.push(`${args[0] || program}, process ${pid}`);
    }
  }
  return users;
}

function list(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
