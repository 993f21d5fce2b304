// SPDX-License-Identifier: BSD-2-Clause
/** Lists and removes the run folders in one folder. */
import { lstatSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';

export interface ListedRun {
  name: string;
  folder: string;
  /** The outcome in its verdict; `no verdict` while it runs, or when it was killed. */
  outcome: string;
  /** In milliseconds; undefined without a verdict or when the verdict does not contain it. */
  ms: number | undefined;
  /** In bytes. */
  size: number;
  /** Time of the last write in it, in milliseconds since 1970. */
  written: number;
}

/** The form of the names that makeRunFolder gives. */
const runName = /^\d{8}-\d{6}-/;

/** The files in which every kind of run records its verdict. */
const verdictFiles = ['verdict.json', 'report.json'];
const verdict = v.object({ outcome: v.string(), ms: v.optional(v.number()) });

function verdictOf(folder: string): v.InferOutput<typeof verdict> | undefined {
  for (const name of verdictFiles) {
    try {
      const parsed = v.safeParse(verdict, JSON.parse(readFileSync(join(folder, name), 'utf8')));
      if (parsed.success) return parsed.output;
    } catch {
      // It does not exist, or is incomplete.
    }
  }
  return undefined;
}

function describe(root: string, name: string): ListedRun {
  const folder = join(root, name);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) =>
    lstatSync(join(folder, file)),
  );
  const { outcome = 'no verdict', ms } = verdictOf(folder) ?? {};
  return {
    name,
    folder,
    outcome,
    ms,
    size: files.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0),
    written: Math.max(statSync(folder).mtimeMs, ...files.map((file) => file.mtimeMs)),
  };
}

/** The runs below `root`, the newest first; none when the folder does not exist. */
export function listRuns(root: string): ListedRun[] {
  let names: string[];
  try {
    names = readdirSync(root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && runName.test(entry.name))
      .map((entry) => entry.name);
  } catch {
    return [];
  }
  return names
    .sort()
    .reverse()
    .map((name) => describe(root, name));
}

/** A run without a verdict whose last write was this recent, in milliseconds, may still be running. */
const mayRun = 60 * 60 * 1000;

/** Removes all but the newest `keep` runs, and returns the removed ones. A run that may be running stays. */
export function cleanRuns(root: string, keep: number, now = Date.now()): ListedRun[] {
  const old = listRuns(root)
    .slice(keep)
    .filter(({ outcome, written }) => outcome !== 'no verdict' || now - written > mayRun);
  for (const { folder } of old) rmSync(folder, { recursive: true });
  return old;
}
