// SPDX-License-Identifier: BSD-2-Clause
/** A one-line fault in a copy of the library that a conformance run must find. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HarnessError } from '../../base/error.js';

export interface Mutant {
  name: string;
  /** The fault in words. */
  about: string;
  /** Version of the guest's interrupt controller; 2 by default. */
  gic?: 3;
  /** Relative to the library's src/. */
  file: string;
  /** The original line without its indentation. It occurs once in the file. */
  line: string;
  /** The line that replaces it. */
  instead: string;
}

/** Puts the fault into a copy of the library. Returns a function that undoes it. */
export function applyMutant(library: string, { name, file, line, instead }: Mutant): () => void {
  const path = join(library, 'src', file);
  const text = readFileSync(path, 'utf8');
  const lines = text.split('\n');
  const places = lines.flatMap((one, index) => (one.trim() === line ? [index] : []));
  const [place] = places;
  if (place === undefined || places.length > 1) {
    throw new HarnessError('harness', `the mutant ${name} does not apply`, {
      where: path,
      expected: `one line: ${line}`,
      got: `${places.length} such lines`,
      wayOut: 'bring harness/dev/mutants in line with the library',
    });
  }
  lines[place] = instead;
  writeFileSync(path, lines.join('\n'));
  return () => writeFileSync(path, text);
}
