// SPDX-License-Identifier: BSD-2-Clause
/** The system description of a command: its file, and the Microkit version that it is for. */
import { HarnessError } from '../base/error.js';
import type { Sdk } from '../microkit/sdk.js';
import { readSource, readSourceFrom } from '../system/read-source.js';
import type { Source } from '../system/source.js';
import { defaultVersion, parseVersion, type Version, versions } from '../system/versions.js';
import { text } from './arguments.js';
import type { Arguments, Context, OptionSpec } from './command.js';

export const filePositional = { name: 'FILE', about: 'a Microkit system description; - for standard input' };

export const versionOption: Readonly<Record<string, OptionSpec>> = {
  microkit: { value: 'VERSION', about: `the Microkit version that it is for; default ${defaultVersion}` },
};

/** How errors name standard input. */
const standardInput = '<stdin>';

/** The description at a path; `-` is standard input. Rejects with HarnessError (usage) when it cannot be read. */
export const sourceAt = async (path: string): Promise<Source> =>
  path === '-' ? readSourceFrom(process.stdin, standardInput) : readSource(path);

/** The description that is named first. */
export const sourceOf = ({ positionals: [path = ''] }: Arguments) => sourceAt(path);

/** The SDK of `--sdk`. minikit is built first if necessary. */
export async function sdkOf(args: Arguments, { progress }: Context): Promise<Sdk | undefined> {
  const wanted = text(args, 'sdk');
  if (wanted === undefined) return undefined;
  const { findSdk } = await import('../microkit/find.js');
  return findSdk({ wanted, progress });
}

/** The version of `--microkit`, or that of the SDK. Throws HarnessError (usage) for an unknown version. */
export function versionOf(args: Arguments, sdk?: Sdk): Version {
  const given = text(args, 'microkit') ?? sdk?.version;
  const version = given === undefined ? defaultVersion : parseVersion(given);
  if (version !== undefined) return version;
  throw new HarnessError('usage', `system descriptions of Microkit ${given} are not known`, {
    expected: versions.join(', '),
  });
}
