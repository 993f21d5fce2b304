// SPDX-License-Identifier: BSD-2-Clause
/** A fault of one line in a copy of the library, that a conformance run must find. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HarnessError } from '../../base/error.js';

export interface Mutant {
  name: string;
  /** What is wrong with it. */
  about: string;
  /** Version of the guest's interrupt controller; 2 when not given. */
  gic?: 3;
  /** Below the library's src/. */
  file: string;
  /** The line as it is, without its indentation; it occurs once in the file. */
  line: string;
  /** What stands there instead. */
  instead: string;
}

/** Puts the fault into a copy of the library; gives a function that takes it back. */
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
