// SPDX-License-Identifier: BSD-2-Clause
import type { Fault } from '../base/error.js';
import { limits } from '../base/limits.js';
import { readRegularFile } from '../base/read-file.js';
import { type ElfFile, readElf } from '../system/elf.js';

/**
 * Reads the ELF file at `path`, a regular file within its limit. Throws HarnessError; `fault` is whose fault that is.
 */
export function readElfFile(path: string, fault: Fault = 'product'): ElfFile {
  return readElf(path, readRegularFile(path, { what: 'the ELF file', limit: limits.program, fault }));
}
