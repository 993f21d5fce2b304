// SPDX-License-Identifier: BSD-2-Clause
/** The system description of a `system` command: its file, its version, and the facts to check it against. */
import { HarnessError } from '../base/error.js';
import type { Sdk } from '../microkit/sdk.js';
import { otherArchitecture } from '../system/architectures.js';
import type { BoardFacts, CheckContext, GuestMemory } from '../system/checks/check.js';
import type { Description } from '../system/description.js';
import { readSource, readSourceFrom } from '../system/read-source.js';
import type { Source } from '../system/source.js';
import { defaultVersion, parseVersion, type Version, versions } from '../system/versions.js';
import { text } from './arguments.js';
import type { Arguments, Context, OptionSpec } from './command.js';
import { defaultBoard } from './option-tables.js';

export const filePositional = { name: 'FILE', about: 'a Microkit system description; - for standard input' };

export const versionOption: Readonly<Record<string, OptionSpec>> = {
  microkit: { value: 'VERSION', about: `the Microkit version that it is for; default ${defaultVersion}` },
};

export const factOptions: Readonly<Record<string, OptionSpec>> = {
  board: { value: 'NAME', about: 'also check it against this board: memory, devices, interrupts' },
  sdk: {
    value: 'SDK',
    about: "read it as this SDK's Microkit does, and check it against what its kernel reserves on the board",
  },
  config: { value: 'NAME', about: 'the configuration; default debug; smp-debug has all cores' },
  'search-path': {
    value: 'DIRS',
    about: 'also check the programs, in these folders separated by :',
  },
  dtb: {
    value: 'FILE',
    about: "check the guest's RAM against this device tree; VM=FILE if there are several guests",
  },
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

/** The RAM that a device tree declares for a guest. */
async function guestMemory(given: string, system: Description): Promise<[string, GuestMemory]> {
  const [, name, tree = given] = /^([^=]+)=(.*)$/s.exec(given) ?? [];
  const guests = system.guests.map(({ guest }) => guest.name);
  const guest = name ?? guests[0] ?? '';
  if (!guests.includes(guest) || (name === undefined && guests.length > 1)) {
    throw new HarnessError('usage', 'it is unclear to which guest this device tree belongs', {
      expected:
        guests.length === 0 ? 'a virtual machine' : `--dtb VM=${tree} with VM one of ${guests.join(', ')}`,
      got: `--dtb ${given}`,
    });
  }
  const { promisedMemory, readDtb } = await import('../../guest-builder/linux/dtb.js');
  const memory = promisedMemory(readDtb(tree));
  return [guest, { tree, ranges: memory.map(({ base, size }) => ({ base, end: base + size })) }];
}

/** The architecture of the board of `--board`, if it is not AArch64. */
export const architectureOf = (args: Arguments) => otherArchitecture(text(args, 'board') ?? '');

/** The facts about the board of `--board`, from the project's data and from the SDK. */
async function boardOfOptions(args: Arguments, sdk: Sdk | undefined): Promise<BoardFacts | undefined> {
  const name = text(args, 'board');
  if ((name === undefined && sdk === undefined) || architectureOf(args) !== undefined) return undefined;
  // Modules that are not needed are not loaded.
  const { boardFacts } = await import('../microkit/board-facts.js');
  const { boardOf } = await import('./options.js');
  const config = text(args, 'config') ?? 'debug';
  if (sdk === undefined) return boardFacts(boardOf(args), config);
  const { boards } = await import('../../boards/index.js');
  const { sdkFacts } = await import('../microkit/sdk-facts.js');
  const board = boards.get(name ?? defaultBoard);
  return sdkFacts(sdk.dir, name ?? defaultBoard, config, board && boardFacts(board, config));
}

/** The facts for the checks according to the options, and the names of the facts that were not requested. */
export async function factsOf(
  args: Arguments,
  system: Description,
  sdk: Sdk | undefined,
): Promise<{ context: Partial<CheckContext>; left: string[] }> {
  const context: Partial<CheckContext> = {};
  const left: string[] = [];
  context.board = await boardOfOptions(args, sdk);
  context.architecture = architectureOf(args);
  if (context.board === undefined) left.push('the board (--board)');
  const folders = text(args, 'search-path')
    ?.split(':')
    .filter((folder) => folder !== '');
  if (folders === undefined) left.push('the programs (--search-path)');
  else {
    const { SearchPath } = await import('../microkit/search-path.js');
    const files = new SearchPath(['.', ...folders]);
    Object.assign(context, { program: files.look, prefill: files.size });
  }
  const tree = text(args, 'dtb');
  if (tree !== undefined) context.guestMemory = new Map([await guestMemory(tree, system)]);
  else if (system.guests.length > 0) left.push("the guest's device tree (--dtb)");
  return { context, left };
}
