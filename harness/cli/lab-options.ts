// SPDX-License-Identifier: BSD-2-Clause
/** `--lab`: which board of which desk a command uses. */
import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { HarnessError } from '../base/error.js';
import { boardInLab, loadLab } from '../machine/board/lab/lab.js';
import type { Lab, LabBoard } from '../machine/board/lab/lab-board.js';
import { text } from './arguments.js';
import type { Arguments, OptionSpec } from './command.js';

/** Where a lab file is searched by default. */
function usualLabFiles(home = homedir(), config = process.env.XDG_CONFIG_HOME): string[] {
  return ['lab.toml', join(config || join(home, '.config'), 'sel4-vmm-harness', 'lab.toml')];
}

export const labOption: Readonly<Record<string, OptionSpec>> = {
  lab: {
    value: 'FILE',
    about: 'the file that describes the boards on your desk (docs/lab.md); --board then names one of them',
  },
};

export const labFileOption: Readonly<Record<string, OptionSpec>> = {
  lab: {
    value: 'FILE',
    about: 'the boards on your desk (docs/lab.md); default lab.toml here or in ~/.config/sel4-vmm-harness',
  },
  board: { value: 'NAME', about: 'one of its boards; default: the only one' },
};

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

/** The file of `--lab`, or the first default one that exists. Throws HarnessError (usage) when there is none. */
export async function labFileOf(args: Arguments): Promise<string> {
  const given = text(args, 'lab');
  if (given !== undefined) return given;
  const usual = usualLabFiles();
  for (const file of usual) if (await exists(file)) return file;
  throw new HarnessError('usage', 'there is no lab file', {
    expected: `--lab FILE, or one of ${usual.join(', ')}`,
    wayOut: 'docs/lab.md explains how to write one',
  });
}

/**
 * The selected board: the one of `--board`, by its own name or its kind, or the only one. Throws HarnessError (usage).
 */
export async function labBoardOf(args: Arguments): Promise<LabBoard> {
  const file = await labFileOf(args);
  const lab: Lab = await loadLab(file);
  const name = text(args, 'board');
  const [only, ...others] = lab.values();
  if (name !== undefined) return boardInLab(lab, name, file);
  if (only && others.length === 0) return only;
  throw new HarnessError('usage', 'the lab has several boards: choose one', {
    where: file,
    expected: `--board with one of ${[...lab.keys()].join(', ')}`,
  });
}

/** The same arguments with the lab board's kind as `--board`, for the build. */
export function forBoard(args: Arguments, { board }: LabBoard): Arguments {
  return { ...args, options: { ...args.options, board: board.name } };
}
