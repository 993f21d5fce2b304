// SPDX-License-Identifier: BSD-2-Clause
/** The run folders of one folder, as they are listed and removed. */
import { lstatSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';

export interface ListedRun {
  name: string;
  folder: string;
  /** That of its verdict; `no verdict` while it runs, and when it was cut short. */
  outcome: string;
  /** Milliseconds; undefined without a verdict, and where it does not say. */
  ms: number | undefined;
  /** Bytes. */
  size: number;
  /** When something in it was last written, in milliseconds since 1970. */
  written: number;
}

/** As makeRunFolder names them. */
const runName = /^\d{8}-\d{6}-/;

/** What every kind of run says of itself, in one of these files. */
const verdictFiles = ['verdict.json', 'report.json'];
const verdict = v.object({ outcome: v.string(), ms: v.optional(v.number()) });

function verdictOf(folder: string): v.InferOutput<typeof verdict> | undefined {
  for (const name of verdictFiles) {
    try {
      const parsed = v.safeParse(verdict, JSON.parse(readFileSync(join(folder, name), 'utf8')));
      if (parsed.success) return parsed.output;
    } catch {
      // It is not there, or not whole.
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

/** The runs below `root`, the newest first; none where there is no such folder. */
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

/** A run without a verdict that was written to this recently, in milliseconds, may be going on. */
const mayRun = 60 * 60 * 1000;

/** Removes all but the newest `keep`, and gives those that are gone. What may be running stays. */
export function cleanRuns(root: string, keep: number, now = Date.now()): ListedRun[] {
  const old = listRuns(root)
    .slice(keep)
    .filter(({ outcome, written }) => outcome !== 'no verdict' || now - written > mayRun);
  for (const { folder } of old) rmSync(folder, { recursive: true });
  return old;
}
