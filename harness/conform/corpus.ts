// SPDX-License-Identifier: BSD-2-Clause
/** Cases that once broke a rule, or that exercise rules which a search seldom does; kept to be run first. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { limits } from '../base/limits.js';
import { packageRoot } from '../base/paths.js';
import { readRegularFile } from '../base/read-file.js';
import { type Case, gicOf, readCase } from './case.js';
import type { Engine } from './engine.js';
import type { Finding } from './finding.js';

export const corpusFolder = join(packageRoot, 'harness', 'conform', 'corpus');

/** A case and the file that it is from. */
export interface KeptCase {
  file: string;
  kept: Case;
}

/** The cases of a folder, by name. Throws HarnessError for a file that is no case. */
export function readCorpus(folder = corpusFolder): KeptCase[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return names.sort().map((name) => readCaseFile(join(folder, name)));
}

/** The case in a file. Throws HarnessError (usage) when there is none. */
export function readCaseFile(file: string): KeptCase {
  return { file, kept: readCase(textOf(file), file) };
}

function textOf(file: string): string {
  const wayOut = 'a run of conform writes them to its folder: runs/.../cases/case-1.json';
  return readRegularFile(file, { what: 'the case file', limit: limits.conformCase, wayOut }).toString();
}

/** Runs kept cases; gives a finding for each that breaks a rule. */
export async function replay(engine: Engine, cases: readonly KeptCase[]): Promise<Finding[]> {
  const { vcpus, gic } = engine.config;
  const fitting = cases.filter(({ kept }) => kept.vcpus <= vcpus && gicOf(kept) === gic);
  const verdicts = await engine.run(fitting.map(({ kept }) => kept));
  return fitting.flatMap(({ file, kept }, index) => {
    const failure = verdicts[index]?.failure;
    if (failure === undefined) return [];
    const found = { ...kept, steps: kept.steps.slice(0, failure.broken.step + 1) };
    const { rule } = failure.broken;
    return [{ engine, rule, found, failure, origin: file, after: engine.steps, witnesses: [] }];
  });
}
