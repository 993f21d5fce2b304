// SPDX-License-Identifier: BSD-2-Clause
/** QEMU as a program that can be started. */
import { execFile } from 'node:child_process';
import { endsWithUs } from '../../base/children.js';
import type { QemuVersion } from './qmp.js';

export const qemuProgram = 'qemu-system-aarch64';

/** A QEMU that can be started. */
export interface Qemu {
  program: string;
  /** Added to the environment. */
  env?: Readonly<Record<string, string>>;
  version: QemuVersion;
}

/** seccomp(2) for QEMU: it may start no program and gain no privileges. */
const sandbox = ['-sandbox', 'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny'];
const sandboxes = new Map<string, Promise<readonly string[]>>();

/** The arguments that confine a QEMU, as far as its build supports it; determined once for each program. */
export function sandboxOf({ program, env }: Pick<Qemu, 'program' | 'env'>): Promise<readonly string[]> {
  const known = sandboxes.get(program);
  if (known !== undefined) return known;
  const asked = new Promise<readonly string[]>((resolve) => {
    const options = { env: { ...process.env, ...env }, timeout: 10_000 };
    execFile(...endsWithUs(program, [...sandbox, '--version']), options, (error) =>
      resolve(error ? [] : sandbox),
    );
  });
  sandboxes.set(program, asked);
  return asked;
}

const versions = new Map<string, Promise<QemuVersion | undefined>>();

/** The version of a QEMU, determined once for each program. */
export function versionOf({ program, env }: Pick<Qemu, 'program' | 'env'>): Promise<QemuVersion | undefined> {
  const asked = versions.get(program) ?? askVersion(program, env);
  versions.set(program, asked);
  return asked;
}

/** The version in the output of `program --version`; undefined when it does not run. */
export function askVersion(
  program: string,
  env: Readonly<Record<string, string>> = {},
): Promise<QemuVersion | undefined> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, ...env }, timeout: 10_000 };
    execFile(...endsWithUs(program, ['--version']), options, (_, stdout) => {
      const [, major, minor, micro] = /version (\d+)\.(\d+)\.(\d+)/.exec(stdout) ?? [];
      resolve(major === undefined ? undefined : [Number(major), Number(minor), Number(micro)]);
    });
  });
}
