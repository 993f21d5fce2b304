// SPDX-License-Identifier: BSD-2-Clause
/** How the user called the program, so that a printed command can be pasted. */
import { basename, delimiter, dirname, relative, resolve } from 'node:path';
import { quoted } from '../base/quote.js';

/** `script` is `process.argv[1]`, before links are followed. */
export function selfName(script: string, env: NodeJS.ProcessEnv): string {
  if (env.VMM_HARNESS_SELF) return quoted(env.VMM_HARNESS_SELF);
  if (basename(script) === 'vmm-harness.cjs') return `node ${quoted(relative('', script))}`;
  // A path of `npx`: the folder that npx puts into PATH is gone when it ends.
  if (env.npm_command === 'exec') return 'npx vmm-harness';
  const folders = (env.PATH ?? '').split(delimiter).map((one) => resolve(one));
  if (folders.includes(dirname(script))) return basename(script);
  return quoted(script);
}
