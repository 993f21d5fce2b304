// SPDX-License-Identifier: BSD-2-Clause
/** QEMU as a program that can be started. */
import { execFile } from 'node:child_process';
import type { QemuVersion } from './qmp.js';

export const qemuProgram = 'qemu-system-aarch64';

/** A QEMU that can be started. */
export interface Qemu {
  program: string;
  /** Added to the environment. */
  env?: Readonly<Record<string, string>>;
  version: QemuVersion;
}

/** What `program --version` says; undefined when it does not run. */
export function askVersion(
  program: string,
  env: Readonly<Record<string, string>> = {},
): Promise<QemuVersion | undefined> {
  return new Promise((resolve) => {
    execFile(program, ['--version'], { env: { ...process.env, ...env }, timeout: 10_000 }, (_, stdout) => {
      const [, major, minor, micro] = /version (\d+)\.(\d+)\.(\d+)/.exec(stdout) ?? [];
      resolve(major === undefined ? undefined : [Number(major), Number(minor), Number(micro)]);
    });
  });
}
