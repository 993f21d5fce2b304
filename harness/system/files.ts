// SPDX-License-Identifier: BSD-2-Clause
/** The files that a system description names: programs, and what memory regions start with. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { HarnessError } from '../base/error.js';
import { type ElfFile, readElf } from './elf.js';

/** Looks for files in folders, in their order, as the Microkit tool does with its search path. */
export class SearchPath {
  private readonly bytes = new Map<string, Uint8Array>();
  private readonly parsed = new Map<string, ElfFile>();

  constructor(private readonly folders: readonly string[]) {}

  /** The path of a file. Throws HarnessError when it is nowhere. */
  find(name: string): string {
    const path = this.folders
      .map((folder) => (isAbsolute(name) ? name : join(folder, name)))
      .find(existsSync);
    if (path !== undefined) return path;
    throw new HarnessError('product', `'${name}' is not there`, {
      expected: `it in ${this.folders.join(' or ')}`,
      wayOut: 'build it first, or add its folder with --search-path',
    });
  }

  /** An ELF file that the caller may change, with the symbols of `symbols` when that is given. */
  load(name: string, symbols?: string): ElfFile {
    const path = this.find(name);
    const elf = this.read(path);
    return symbols === undefined ? elf : { ...elf, symbols: this.read(this.find(symbols)).symbols };
  }

  /** The same for looking at: all who ask get one. */
  look = (name: string, symbols?: string): ElfFile => {
    const key = JSON.stringify([name, symbols]);
    const known = this.parsed.get(key);
    if (known !== undefined) return known;
    const elf = this.load(name, symbols);
    this.parsed.set(key, elf);
    return elf;
  };

  /** Bytes of a file. */
  size = (name: string): number => statSync(this.find(name)).size;

  private read(path: string): ElfFile {
    try {
      const bytes = this.bytes.get(path) ?? readFileSync(path);
      this.bytes.set(path, bytes);
      return readElf(path, bytes);
    } catch (cause) {
      if (cause instanceof HarnessError) throw cause;
      throw new HarnessError('infrastructure', 'the file can not be read', {
        where: path,
        got: (cause as Error).message,
        cause,
      });
    }
  }
}
