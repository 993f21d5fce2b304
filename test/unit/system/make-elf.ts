// SPDX-License-Identifier: BSD-2-Clause
/** Makes small AArch64 ELF files as a linker would, byte by byte. */

interface PartOfElf {
  vaddr: number;
  /** By default the same as `vaddr`. */
  paddr?: number;
  /** Bytes in the file. */
  data: Uint8Array;
  /** Bytes in memory; by default as many as in the file. */
  size?: number;
  /** 'r', 'w', 'x'. */
  flags: string;
}

export interface SymbolOfElf {
  name: string;
  value: number;
  size: number;
}

export interface ElfParts {
  entry: number;
  segments: PartOfElf[];
  symbols: SymbolOfElf[];
}

const [headerSize, segmentSize, sectionSize, symbolSize] = [64, 56, 64, 24];
const flagBits: Record<string, number> = { x: 1, w: 2, r: 4 };

function writer(size: number) {
  const bytes = Buffer.alloc(size);
  return {
    bytes,
    u16: (at: number, value: number) => bytes.writeUInt16LE(value, at),
    u32: (at: number, value: number) => bytes.writeUInt32LE(value, at),
    u64: (at: number, value: number) => bytes.writeBigUInt64LE(BigInt(value), at),
  };
}

function symbolTable(symbols: readonly SymbolOfElf[]): { table: Buffer; names: Buffer } {
  const names = Buffer.from(`\0${symbols.map(({ name }) => `${name}\0`).join('')}`);
  const { bytes, u16, u32, u64 } = writer(symbolSize * (symbols.length + 1));
  symbols.forEach(({ name, value, size }, index) => {
    const at = symbolSize * (index + 1);
    u32(at, names.indexOf(`\0${name}\0`) + 1);
    bytes[at + 4] = 0x11; // global object
    u16(at + 6, 1);
    u64(at + 8, value);
    u64(at + 16, size);
  });
  return { table: bytes, names };
}

/** The bytes of an ELF file. */
export function makeElf({ entry, segments, symbols }: ElfParts): Buffer {
  const { table, names } = symbolTable(symbols);
  const dataStart = headerSize + segments.length * segmentSize;
  const offsets = segments.map((_, index) =>
    segments.slice(0, index).reduce((sum, { data }) => sum + data.length, dataStart),
  );
  const tableStart = segments.reduce((sum, { data }) => sum + data.length, dataStart);
  const namesStart = tableStart + table.length;
  const sections = namesStart + names.length;
  const { bytes, u16, u32, u64 } = writer(sections + 3 * sectionSize);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  u16(16, 2); // executable
  u16(18, 183); // AArch64
  u32(20, 1);
  u64(24, entry);
  u64(32, headerSize);
  u64(40, sections);
  u16(52, headerSize);
  u16(54, segmentSize);
  u16(56, segments.length);
  u16(58, sectionSize);
  u16(60, 3);
  segments.forEach(({ vaddr, paddr = vaddr, data, size = data.length, flags }, index) => {
    const at = headerSize + index * segmentSize;
    u32(at, 1);
    u32(
      at + 4,
      [...flags].reduce((bits, flag) => bits | (flagBits[flag] ?? 0), 0),
    );
    u64(at + 8, offsets[index] ?? 0);
    u64(at + 16, vaddr);
    u64(at + 24, paddr);
    u64(at + 32, data.length);
    u64(at + 40, size);
    bytes.set(data, offsets[index]);
  });
  bytes.set(table, tableStart);
  bytes.set(names, namesStart);
  const section = (index: number, type: number, start: number, size: number, link: number, item: number) => {
    const at = sections + index * sectionSize;
    u32(at + 4, type);
    u64(at + 24, start);
    u64(at + 32, size);
    u32(at + 40, link);
    u64(at + 56, item);
  };
  section(1, 2, tableStart, table.length, 2, symbolSize);
  section(2, 3, namesStart, names.length, 0, 0);
  return bytes;
}

const dataStart = 0x20_1000;

/** The symbols that libmicrokit and its linker script give every program. */
export const libmicrokitSymbols: SymbolOfElf[] = [
  { name: 'microkit_name', value: dataStart, size: 64 },
  { name: 'microkit_passive', value: dataStart + 64, size: 1 },
  { name: 'microkit_irqs', value: dataStart + 72, size: 8 },
  { name: 'microkit_notifications', value: dataStart + 80, size: 8 },
  { name: 'microkit_pps', value: dataStart + 88, size: 8 },
  { name: 'microkit_ioports', value: dataStart + 96, size: 8 },
  { name: '__sel4_ipc_buffer_obj', value: 0x20_2000, size: 0 },
];

/** Variables of a program, initially zero. */
const variables: SymbolOfElf[] = [
  { name: 'ram_vaddr', value: dataStart + 0x100, size: 8 },
  { name: 'ram_size', value: dataStart + 0x108, size: 8 },
  { name: 'ram_paddr', value: dataStart + 0x110, size: 8 },
  { name: 'four_bytes', value: dataStart + 0x118, size: 4 },
  { name: 'sixteen_bytes', value: dataStart + 0x120, size: 16 },
  { name: 'ram_vaddr_alias', value: dataStart + 0x100, size: 8 },
];

/** A program as the SDK's linker script lays it out: text, then data, then the IPC buffer. */
export const program: ElfParts = {
  entry: 0x20_0000,
  segments: [
    { vaddr: 0x20_0000, data: Buffer.from('text of the program'), flags: 'rx' },
    { vaddr: dataStart, data: Buffer.alloc(16, 0xd), size: 0x400, flags: 'rw' },
  ],
  symbols: [...libmicrokitSymbols, ...variables],
};
