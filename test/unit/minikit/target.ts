// SPDX-License-Identifier: BSD-2-Clause
/** A board and a kernel for tests of minikit's tool, and access to the contents of an image. */
import { boards } from '../../../boards/index.js';
import { readElf } from '../../../harness/system/elf.js';
import { type Built, build } from '../../../minikit/tool/build.js';
import { type FieldType, type RecordName, recordSize, records } from '../../../minikit/tool/layout.js';
import { type Platform, platformOf } from '../../../minikit/tool/platform.js';
import type { Target } from '../../../minikit/tool/sdk.js';
import { inFolder } from '../../support/folder.js';
import { type ElfParts, makeElf, program } from '../system/make-elf.js';

const board = boards.get('qemu_virt_aarch64');
if (board === undefined) throw new Error('the board of these tests is gone');
export const platform = platformOf(board);
export const loadAddress = board.loadAddress;

/** A kernel of one and a half pages, with the variable for the address of the system table. */
export const kernelParts: ElfParts = {
  entry: loadAddress,
  segments: [{ vaddr: loadAddress, data: Buffer.alloc(0x1000, 0xee), size: 0x1800, flags: 'rwx' }],
  symbols: [{ name: 'minikit_system_table', value: loadAddress + 0x100, size: 8 }],
};

export function makeTarget(parts: ElfParts = kernelParts, on: Platform = platform): Target {
  return { kernel: readElf('minikit.elf', makeElf(parts)), platform: on };
}

/** Builds a description with these programs. */
export function buildSystem(
  text: string,
  programs: Record<string, ElfParts>,
  target: Target = makeTarget(),
  { config = 'debug', files = {} }: { config?: string; files?: Record<string, string> } = {},
): Promise<Built> {
  const empty = Object.keys(programs).map((name) => [name, '']);
  return inFolder({ ...files, ...Object.fromEntries(empty) }, async (folder) => {
    const { writeFileSync } = await import('node:fs');
    for (const [name, parts] of Object.entries(programs)) writeFileSync(`${folder}/${name}`, makeElf(parts));
    const args = {
      system: 'x.system',
      board: 'qemu_virt_aarch64',
      config,
      output: '',
      report: '',
      searchPath: [folder],
    };
    return build(args, target, text);
  });
}

type Values = Record<string, number | string>;

function unpack(record: RecordName, bytes: Buffer, start: number): Values {
  const values: Values = {};
  let at = start;
  for (const [name, type] of records[record] as readonly (readonly [string, FieldType, string])[]) {
    if (type === 'u64') values[name] = Number(bytes.readBigUInt64LE(at));
    else if (type === 'u32') values[name] = bytes.readUInt32LE(at);
    else values[name] = bytes.toString('utf8', at, bytes.indexOf(0, at));
    at += { u64: 8, u32: 4, name: 64 }[type];
  }
  return values;
}

/** The system table of an image, found as the kernel finds it. */
export function tableOf(image: Buffer): Record<RecordName, Values[]> {
  const start = Number(image.readBigUInt64LE(0x100)) - loadAddress;
  const system = unpack('system', image, start);
  const sections = Object.keys(records).filter((name) => name !== 'system') as RecordName[];
  const rows = sections.map((section) => {
    const [first, count] = [Number(system[`${section}_first`]), Number(system[`${section}_count`])];
    const size = recordSize(section);
    return [
      section,
      Array.from({ length: count }, (_, index) => unpack(section, image, start + first + index * size)),
    ];
  });
  return { system: [system], ...Object.fromEntries(rows) };
}

/** A description with one protection domain. */
export const oneDomain = (inside = '', before = '') =>
  `<system>${before}<protection_domain name="a"><program_image path="vmm.elf" />${inside}</protection_domain></system>`;
/** A program whose data take `size` bytes in memory. */
export const withBss = (size: number): ElfParts => ({
  ...program,
  segments: program.segments.map((segment) => (segment.flags === 'rw' ? { ...segment, size } : segment)),
  symbols: program.symbols.map((symbol) =>
    symbol.name === '__sel4_ipc_buffer_obj' ? { ...symbol, value: 0x20_1000 + size } : symbol,
  ),
});
