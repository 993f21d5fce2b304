// SPDX-License-Identifier: BSD-2-Clause
/** The command line that repeats a run, in a form that can be pasted. */
import { resolve } from 'node:path';
import { quoted } from '../base/quote.js';
import type { Arguments } from './command.js';

const files = new Set(['kernel', 'initrd', 'dtb', 'runs', 'lab', 'build-dir']);

/** The same `run` with the SDK and the files that it used; `more` replaces options. */
export function repeatLine(
  self: string,
  args: Arguments,
  sdk: string | undefined,
  more: Readonly<Record<string, string | undefined>> = {},
): string {
  const options: Record<string, string | true | undefined> = {
    ...args.options,
    ...more,
    json: undefined,
    quiet: undefined,
    verbose: undefined,
  };
  if (sdk !== undefined) options.sdk = sdk;
  const words = Object.entries(options).flatMap(([name, value]) => {
    if (value === undefined) return [];
    return value === true ? [`--${name}`] : [`--${name} ${quoted(files.has(name) ? resolve(value) : value)}`];
  });
  return [self, 'run', ...words].join(' ');
}
