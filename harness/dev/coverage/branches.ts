// SPDX-License-Identifier: BSD-2-Clause
/** Branches from the export of llvm-cov, with the condition of each. */
import { readFileSync } from 'node:fs';
import * as v from 'valibot';

/**
 * A file of `llvm-cov export -format=text`. A branch is first line and column, last line and column, how often true, how
 * often false, and more.
 */
const exportedFile = v.object({ filename: v.string(), branches: v.array(v.array(v.number())) });
type ExportedFile = v.InferOutput<typeof exportedFile>;
export const coverageExport = v.object({ data: v.array(v.object({ files: v.array(exportedFile) })) });

/** One outcome of a condition. */
export interface Branch {
  /** Relative to the library's src/. */
  file: string;
  /** From 1. */
  line: number;
  condition: string;
  way: 'true' | 'false';
  times: number;
}

/** The text from one place to another, both counted from 1, on one line. */
function textAt(
  lines: readonly string[],
  [line = 1, column = 1, lastLine = 1, lastColumn = 1]: readonly number[],
): string {
  const cut = lines.slice(line - 1, lastLine);
  const end = cut.length - 1;
  cut[end] = (cut[end] ?? '').slice(0, lastColumn - 1);
  cut[0] = (cut[0] ?? '').slice(column - 1);
  return cut.join(' ').replaceAll(/\s+/g, ' ').trim();
}

/** Both outcomes of every condition in a file; `file` is its name in reports. */
export function branchesOf({ filename, branches }: ExportedFile, file: string): Branch[] {
  const lines = readFileSync(filename, 'utf8').split('\n');
  return branches.flatMap((place) => {
    const [line = 0, , , , whenTrue = 0, whenFalse = 0] = place;
    const condition = textAt(lines, place);
    return [
      { file, line, condition, way: 'true' as const, times: whenTrue },
      { file, line, condition, way: 'false' as const, times: whenFalse },
    ];
  });
}
