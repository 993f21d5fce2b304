// SPDX-License-Identifier: BSD-2-Clause
/**
 * The facts against which `system check` checks a description: each from options of its own, and named in the output
 * where it was not requested. The modules of a fact are loaded only for it.
 */
import { HarnessError } from '../base/error.js';
import type { Sdk } from '../microkit/sdk.js';
import { otherArchitecture } from '../system/architectures.js';
import type { BoardFacts, CheckContext } from '../system/checks/check.js';
import type { Description } from '../system/description.js';
import { text } from './arguments.js';
import type { Arguments, OptionSpec } from './command.js';
import { defaultBoard } from './option-tables.js';

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

/** What the facts are about. */
interface Asked {
  args: Arguments;
  system: Description;
  sdk: Sdk | undefined;
}

type Facts = Partial<CheckContext>;

interface FactKind {
  /** How the output names it. */
  label: string;
  /** Undefined when it was not requested. */
  find(asked: Asked): Promise<Facts | undefined>;
  /** Whether a description has anything that it could be checked against; every one has when not given. */
  applies?(system: Description): boolean;
}

/** The architecture of the board of `--board`, if it is not AArch64. */
export const architectureOf = (args: Arguments) => otherArchitecture(text(args, 'board') ?? '');

/** From the project's data, and from what the SDK's kernel reserves. */
async function boardFact({ args, sdk }: Asked): Promise<Facts | undefined> {
  const given = text(args, 'board');
  if ((given === undefined && sdk === undefined) || architectureOf(args) !== undefined) return undefined;
  const config = text(args, 'config') ?? 'debug';
  const board: BoardFacts | undefined =
    sdk === undefined
      ? await boardOfData(args, config)
      : await boardOfSdk(sdk, given ?? defaultBoard, config);
  return board && { board };
}

async function boardOfData(args: Arguments, config: string): Promise<BoardFacts> {
  const { boardFacts } = await import('../microkit/board-facts.js');
  const { boardOf } = await import('./options.js');
  return boardFacts(boardOf(args), config);
}

async function boardOfSdk(sdk: Sdk, name: string, config: string): Promise<BoardFacts | undefined> {
  const { boardFacts } = await import('../microkit/board-facts.js');
  const { sdkFacts } = await import('../microkit/sdk-facts.js');
  const { boards } = await import('../../boards/index.js');
  const board = boards.get(name);
  return sdkFacts(sdk.dir, name, config, board && boardFacts(board, config));
}

async function programsFact({ args }: Asked): Promise<Facts | undefined> {
  const folders = text(args, 'search-path')?.split(':');
  if (folders === undefined) return undefined;
  const { SearchPath } = await import('../microkit/search-path.js');
  const files = new SearchPath(['.', ...folders.filter((folder) => folder !== '')]);
  return { program: files.look, prefill: files.size };
}

/** `VM=FILE`, or a file alone where there is one guest. */
function guestAndTree(given: string, guests: readonly string[]): [guest: string, tree: string] {
  const [, name, tree = given] = /^([^=]+)=(.*)$/s.exec(given) ?? [];
  const guest = name ?? (guests.length === 1 ? guests[0] : undefined);
  if (guest !== undefined && guests.includes(guest)) return [guest, tree];
  throw new HarnessError('usage', 'it is unclear to which guest this device tree belongs', {
    expected:
      guests.length === 0 ? 'a virtual machine' : `--dtb VM=${tree} with VM one of ${guests.join(', ')}`,
    got: `--dtb ${given}`,
  });
}

/** The RAM that a device tree declares for a guest. */
async function guestMemoryFact({ args, system }: Asked): Promise<Facts | undefined> {
  const given = text(args, 'dtb');
  if (given === undefined) return undefined;
  const guests = system.guests.map((one) => one.guest.name);
  const [guest, tree] = guestAndTree(given, guests);
  const { promisedMemory, readDtb } = await import('../../guest-builder/linux/dtb.js');
  const ranges = promisedMemory(readDtb(tree)).map(({ base, size }) => ({ base, end: base + size }));
  return { guestMemory: new Map([[guest, { tree, ranges }]]) };
}

const kinds: readonly FactKind[] = [
  { label: 'the board (--board)', find: boardFact },
  { label: 'the programs (--search-path)', find: programsFact },
  {
    label: "the guest's device tree (--dtb)",
    find: guestMemoryFact,
    applies: ({ guests }) => guests.length > 0,
  },
];

/**
 * The facts that the options request, and the labels of those that they do not. Rejects with HarnessError (usage) for a
 * fact that cannot be had.
 */
export async function factsOf(asked: Asked): Promise<{ facts: Facts; left: string[] }> {
  const facts: Facts = { architecture: architectureOf(asked.args) };
  const left: string[] = [];
  for (const { label, find, applies } of kinds) {
    const found = await find(asked);
    if (found !== undefined) Object.assign(facts, found);
    else if (applies?.(asked.system) ?? true) left.push(label);
  }
  return { facts, left };
}
