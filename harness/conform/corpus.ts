// SPDX-License-Identifier: BSD-2-Clause
/** Kept cases, which run first: they once broke a rule, or exercise a rule that a search seldom reaches. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { limits } from '../base/limits.js';
import { packageRoot } from '../base/paths.js';
import { readRegularFile } from '../base/read-file.js';
import { type Case, gicOf, readCase } from './case.js';
import { causeOf } from './cause.js';
import type { Engine } from './engine.js';
import type { Finding } from './finding.js';
import { relocated } from './relocate.js';

export const corpusFolder = join(packageRoot, 'harness', 'conform', 'corpus');

/** A case and its file. */
export interface KeptCase {
  file: string;
  kept: Case;
}

/** The cases of a folder, sorted by name. Throws HarnessError for a file that is not a case. */
export function readCorpus(folder = corpusFolder): KeptCase[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return names.sort().map((name) => readCaseFile(join(folder, name)));
}

/** The case in a file. Throws HarnessError (usage) when the file is not a case. */
export function readCaseFile(file: string): KeptCase {
  return { file, kept: readCase(textOf(file), file) };
}

function textOf(file: string): string {
  const wayOut = 'give a case file of a conform run: runs/.../cases/case-1.json';
  return readRegularFile(file, { what: 'the case file', limit: limits.conformCase, wayOut }).toString();
}

/** Runs kept cases. Returns a finding for each rule that one breaks. */
export async function replay(engine: Engine, cases: readonly KeptCase[]): Promise<Finding[]> {
  const { vcpus, gic } = engine.config;
  const fitting = cases
    .filter(({ kept }) => kept.vcpus <= vcpus && gicOf(kept) === gic)
    .map(({ file, kept }) => ({ file, kept: relocated(kept, engine.config) }));
  const verdicts = await engine.run(fitting.map(({ kept }) => kept));
  return fitting.flatMap(({ file, kept }, index) =>
    (verdicts[index]?.failures ?? []).map((failure) => {
      const { rule, step } = failure.broken;
      const found = { ...kept, steps: kept.steps.slice(0, step + 1) };
      const cause = causeOf(failure, kept.steps);
      return { engine, rule, cause, found, failure, origin: file, after: engine.steps, witnesses: [] };
    }),
  );
}

/** The cases with which a run begins: the case in `file` alone, or by default the corpus. Throws HarnessError (usage). */
export const keptCases = (file: string | undefined): KeptCase[] =>
  file === undefined ? readCorpus(corpusFolder) : [readCaseFile(file)];
