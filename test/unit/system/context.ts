// SPDX-License-Identifier: BSD-2-Clause
/** The facts that the checks of the fixtures may use: a board, programs, files, a guest's device tree. */
import { join } from 'node:path';
import { boards } from '../../../boards/index.js';
import { HarnessError } from '../../../harness/base/error.js';
import { packageRoot } from '../../../harness/base/paths.js';
import { boardFacts } from '../../../harness/microkit/board-facts.js';
import type { CheckContext } from '../../../harness/system/checks/check.js';
import { readElf } from '../../../harness/system/elf.js';
import { type ElfParts, libmicrokitSymbols, makeElf, program } from './make-elf.js';

export const fixtures = join(packageRoot, 'test', 'unit', 'system', 'fixtures');

/** The programs that fixtures name. */
const programs: Record<string, ElfParts> = {
  'program.elf': program,
  'bare.elf': { ...program, symbols: [] },
  'of_2_0_1.elf': {
    ...program,
    symbols: libmicrokitSymbols.filter(({ name }) => name !== 'microkit_ioports'),
  },
  'entry_in_data.elf': { ...program, entry: 0x20_1000 },
  'shared_page.elf': {
    ...program,
    segments: [...program.segments, { vaddr: 0x20_1800, data: Buffer.alloc(16), flags: 'r' }],
    symbols: libmicrokitSymbols,
  },
};

const files: Record<string, number> = { 'data.bin': 0x1800, 'empty.bin': 0 };

function known<T>(table: Record<string, T>, name: string): T {
  const found = table[name];
  if (found === undefined) throw new HarnessError('product', `'${name}' is missing`);
  return found;
}

const board = boards.get('qemu_virt_aarch64');

export const severalCores = board && boardFacts(board, 'smp-debug');

export const context: Partial<CheckContext> = {
  board: board === undefined ? undefined : boardFacts(board),
  program: (name) => readElf(name, makeElf(known(programs, name))),
  prefill: (name) => known(files, name),
  guestMemory: new Map([['linux', { tree: 'linux.dtb', ranges: [{ base: 0x4000_0000, end: 0x4200_0000 }] }]]),
};
