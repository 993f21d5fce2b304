// SPDX-License-Identifier: BSD-2-Clause
/**
 * Reads AArch64 ELF files (System V ABI, gABI chapters 4 and 5): segments and symbols. Every offset is checked against
 * the file, so that a damaged file gives an error and never a wrong image.
 */

import { HarnessError } from '../base/error.js';
import { type Limit, limits, showLimit } from '../base/limits.js';

export interface Segment {
  vaddr: number;
  paddr: number;
  /** The segment's bytes in memory: those of the file, then zeros. */
  data: Uint8Array;
  readable: boolean;
  writable: boolean;
  executable: boolean;
}

interface ElfSymbol {
  value: number;
  size: number;
  /** Whether several symbols have this name. */
  ambiguous: boolean;
}

export interface ElfFile {
  path: string;
  entry: number;
  /** Loadable segments that occupy memory, in the order of the file. */
  segments: Segment[];
  symbols: Map<string, ElfSymbol>;
}

const machineAArch64 = 183;
const segmentLoad = 1;
const sectionSymbols = 2;
/** Sizes in bytes of the ELF64 header, a program header, a section header and a symbol. */
const sizes = { header: 64, segment: 56, section: 64, symbol: 24 } as const;

class Reader {
  readonly #view: DataView;

  constructor(
    readonly path: string,
    readonly bytes: Uint8Array,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  fail(what: string, detail: { expected?: string; got?: string } = {}): never {
    throw new HarnessError('product', what, { where: this.path, ...detail });
  }

  /** Refuses more items than any linker makes: a damaged file must not use up all memory or time. */
  within(count: number, limit: Limit): void {
    if (count <= limit.most) return;
    this.fail(`the ELF file exceeds a limit: ${limit.of}`, {
      expected: `at most ${showLimit(limit)}`,
      got: String(count),
    });
  }

  /** The bytes of a table or segment, which must be inside the file. */
  slice(what: string, offset: number, length: number): Uint8Array {
    if (offset + length > this.bytes.length) {
      this.fail(`${what} is beyond the end of the ELF file`, {
        expected: `at most ${this.bytes.length} bytes`,
        got: `${length} bytes at offset ${offset}`,
      });
    }
    return this.bytes.subarray(offset, offset + length);
  }

  u16 = (offset: number) => this.#view.getUint16(offset, true);
  u32 = (offset: number) => this.#view.getUint32(offset, true);
  /** A 64-bit symbol value, which may be any constant of the linker. It is exact when it is an address in a segment. */
  rough = (offset: number) => Number(this.#view.getBigUint64(offset, true));
  /** A 64-bit value that must be exact: no address or size on AArch64 needs more than 52 bits. */
  u64(offset: number): number {
    const value = Number(this.#view.getBigUint64(offset, true));
    return Number.isSafeInteger(value)
      ? value
      : this.fail(`a field of the ELF file is too large, at offset ${offset}`);
  }
}

function checkHeader(reader: Reader): void {
  const { bytes } = reader;
  const magic = [0x7f, 0x45, 0x4c, 0x46];
  if (bytes.length < sizes.header || magic.some((byte, index) => bytes[index] !== byte))
    reader.fail('this is not an ELF file', {
      expected: '7f 45 4c 46 and a header',
      got: `${bytes.length} bytes`,
    });
  if (bytes[4] !== 2)
    reader.fail('the ELF file is not 64-bit', { expected: 'class 2', got: `class ${bytes[4]}` });
  if (bytes[5] !== 1)
    reader.fail('the ELF file is not little-endian', { expected: 'data 1', got: `data ${bytes[5]}` });
  const machine = reader.u16(18);
  if (machine !== machineAArch64)
    reader.fail('the ELF file is for another machine', { expected: 'AArch64 (183)', got: String(machine) });
}

function readSegments(reader: Reader): Segment[] {
  const [offset, stride, count] = [reader.u64(32), reader.u16(54), reader.u16(56)];
  if (count > 0 && stride < sizes.segment) reader.fail('the program headers of the ELF file are malformed');
  reader.within(count, limits.programSegments);
  reader.slice('the table of program headers', offset, stride * count);
  const segments: Segment[] = [];
  let memory = 0;
  for (let index = 0; index < count; index++) {
    const at = offset + index * stride;
    if (reader.u32(at) !== segmentLoad) continue;
    const [flags, start, vaddr, paddr] = [
      reader.u32(at + 4),
      reader.u64(at + 8),
      reader.u64(at + 16),
      reader.u64(at + 24),
    ];
    const [fileSize, memorySize] = [reader.u64(at + 32), reader.u64(at + 40)];
    if (memorySize < fileSize) {
      const expected = `at least ${fileSize}, its size in the file`;
      reader.fail(`segment ${index} has an impossible size`, { expected, got: String(memorySize) });
    }
    if (memorySize === 0) continue;
    memory += memorySize;
    reader.within(memory, limits.programMemory);
    const data = new Uint8Array(memorySize);
    data.set(reader.slice(`segment ${index}`, start, fileSize));
    const [executable, writable, readable] = [(flags & 1) !== 0, (flags & 2) !== 0, (flags & 4) !== 0];
    segments.push({ vaddr, paddr, data, readable, writable, executable });
  }
  return segments;
}

function readSymbols(reader: Reader): Map<string, ElfSymbol> {
  const symbols = new Map<string, ElfSymbol>();
  const [offset, stride, count] = [reader.u64(40), reader.u16(58), reader.u16(60)];
  if (count > 0 && stride < sizes.section) reader.fail('the section headers of the ELF file are malformed');
  reader.slice('the table of section headers', offset, stride * count);
  const section = (index: number) => offset + index * stride;
  const found = Array.from({ length: count }, (_, index) => section(index)).find(
    (at) => reader.u32(at + 4) === sectionSymbols,
  );
  if (found === undefined) return symbols;
  const link = reader.u32(found + 40);
  if (link >= count) reader.fail('the symbol table of the ELF file has no string table');
  const names = reader.slice(
    'the string table',
    reader.u64(section(link) + 24),
    reader.u64(section(link) + 32),
  );
  const [start, length] = [reader.u64(found + 24), reader.u64(found + 32)];
  reader.slice('the symbol table', start, length);
  reader.within(Math.floor(length / sizes.symbol), limits.programSymbols);
  const text = new TextDecoder();
  let nameBytes = 0;
  for (let at = start; at + sizes.symbol <= start + length; at += sizes.symbol) {
    const from = reader.u32(at);
    const to = names.indexOf(0, from);
    if (to < 0) reader.fail('a symbol name is beyond the string table', { got: `offset ${from}` });
    if (to === from) continue;
    // Symbols may share one long name, or its endings.
    nameBytes += to - from;
    reader.within(nameBytes, limits.programNames);
    const name = text.decode(names.subarray(from, to));
    const other = symbols.get(name);
    if (other !== undefined) other.ambiguous = true;
    else symbols.set(name, { value: reader.rough(at + 8), size: reader.rough(at + 16), ambiguous: false });
  }
  return symbols;
}

/**
 * Reads an ELF file. Throws HarnessError when the file is not ELF, not for AArch64, or damaged. `path` names it in
 * errors.
 */
export function readElf(path: string, bytes: Uint8Array): ElfFile {
  const reader = new Reader(path, bytes);
  reader.within(bytes.length, limits.program);
  checkHeader(reader);
  return { path, entry: reader.u64(24), segments: readSegments(reader), symbols: readSymbols(reader) };
}
