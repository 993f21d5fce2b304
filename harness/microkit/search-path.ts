// SPDX-License-Identifier: BSD-2-Clause
/** The files that a system description names: programs, and the files that fill memory regions. */
import { existsSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { HarnessError } from '../base/error.js';
import { limits, showLimit } from '../base/limits.js';
import { kindOf, readRegularFile } from '../base/read-file.js';
import type { ElfFile } from '../system/elf.js';
import { readElf } from '../system/elf.js';

/** Remembers the first answer to each question, including an error, and repeats it. */
class Memo<T> {
  readonly #known = new Map<string, { value: T } | { error: unknown }>();

  of(key: string, find: () => T): T {
    let answer = this.#known.get(key);
    if (answer === undefined) {
      try {
        answer = { value: find() };
      } catch (error) {
        answer = { error };
      }
      this.#known.set(key, answer);
    }
    if ('error' in answer) throw answer.error;
    return answer.value;
  }
}

/** Looks for files in folders in order, as the Microkit tool does with its search path. */
export class SearchPath {
  readonly #paths = new Memo<string>();
  readonly #sizes = new Memo<number>();
  readonly #bytes = new Memo<Uint8Array>();
  readonly #parsed = new Memo<ElfFile>();
  /** Total bytes of all programs that were read. */
  #together = 0;

  readonly #folders: readonly string[];

  constructor(folders: readonly string[]) {
    this.#folders = folders;
  }

  /** The path of a file. Throws HarnessError when no folder has it. */
  find(name: string): string {
    return this.#paths.of(name, () => {
      const path = this.#folders
        .map((folder) => (isAbsolute(name) ? name : join(folder, name)))
        .find(existsSync);
      if (path !== undefined) return path;
      throw new HarnessError('product', `'${name}' is missing`, {
        expected: `it in ${this.#folders.join(' or ')}`,
        wayOut: 'build it first, or add its folder with --search-path',
      });
    });
  }

  /** An ELF file that the caller may modify, with the symbols of the file `symbols` if given. */
  load(name: string, symbols?: string): ElfFile {
    const elf = this.#read(this.find(name));
    return symbols === undefined ? elf : { ...elf, symbols: this.#read(this.find(symbols)).symbols };
  }

  /** The same for reading only: all callers share one. */
  look = (name: string, symbols?: string): ElfFile =>
    this.#parsed.of(JSON.stringify([name, symbols]), () => this.load(name, symbols));

  /** Size of a file in bytes. Throws HarnessError when it cannot fill a memory region. */
  size = (name: string): number =>
    this.#sizes.of(name, () => {
      const path = this.find(name);
      const stats = statSync(path);
      if (stats.isFile()) return stats.size;
      throw new HarnessError('product', `'${name}' is not a regular file`, {
        where: path,
        got: kindOf(stats),
      });
    });

  #read(path: string): ElfFile {
    const bytes = this.#bytes.of(path, () => {
      const read = readRegularFile(path, { what: 'the ELF file', limit: limits.program, fault: 'product' });
      this.#together += read.length;
      if (this.#together <= limits.programsTogether.most) return read;
      throw new HarnessError('product', 'the programs of this description are too large together', {
        where: path,
        expected: `at most ${showLimit(limits.programsTogether)} for ${limits.programsTogether.of}`,
      });
    });
    return readElf(path, bytes);
  }
}
