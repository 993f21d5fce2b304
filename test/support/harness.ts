// SPDX-License-Identifier: BSD-2-Clause
/** Runs `vmm-harness` as a user does. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../../harness/base/paths.js';

export const cli = join(packageRoot, 'dist', 'harness', 'cli', 'vmm-harness.cjs');

export interface Ended {
  /** Exit code, or -1 when a signal ended it. */
  code: number;
  out: string;
  err: string;
}

/** `env` is added to this process's environment; a variable set to undefined is removed. */
export function harness(words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, ...env }, maxBuffer: 64 << 20 };
    execFile(process.execPath, [cli, ...words], options, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err });
    });
  });
}
