// SPDX-License-Identifier: BSD-2-Clause
/**
 * Adds to an error what the console shows besides its last lines: where a protection domain crashed, and the first
 * cause.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { HarnessError } from '../../base/error.js';
import { visible } from '../../base/visible.js';
import { firstCause } from './causes.js';
import { crashIn, placeOf } from './crash.js';
import { lookOf, silentFromStart } from './last-line.js';

/** ELF files by the name of the protection domain that runs them. */
export type Programs = Readonly<Record<string, string>>;

/** Bytes of a console to search, from its end. */
const searched = 16 << 20;
/** Characters of a line to examine. */
const longestLine = 1_000;
/** Number of lines around a death in which its registers are printed. */
const linesBefore = 5;
const linesAfter = 60;
/** Characters of a line to show. */
const shownLine = 200;

/** `error` with more explanation. Returned unchanged if it is not the product's fault or nothing more is known. */
export async function explainEnd(error: HarnessError, programs: Programs): Promise<HarnessError> {
  const [, path, number] = /^(.*):(\d+)$/.exec(error.detail.where ?? '') ?? [];
  if (error.fault !== 'product' || path === undefined || !existsSync(path)) return error;
  const bytes = await readFile(path);
  // Line numbers refer to the whole file.
  if (bytes.length > searched) return error;
  const until = Number(number);
  const text = bytes.toString('utf8');
  const lines = text.split('\n').map((line) => line.slice(0, longestLine));
  const about = lines.slice(Math.max(0, until - 1 - linesBefore), until + linesAfter).join('\n');
  const waited = /did not appear|silent for/.test(error.message);
  const look = text.trim() === '' ? silentFromStart : lookOf(lines.map((line) => line.replaceAll('\r', '')));
  const more = [await crashLine(about, programs), causeLine(lines, until, error), ...(waited ? [look] : [])];
  const found = more.filter((line) => line !== undefined);
  if (found.length === 0) return error;
  const { got, ...detail } = error.detail;
  const all = [...(got === undefined ? [] : [got]), ...found].join('\n');
  return new HarnessError(error.fault, error.message, { ...detail, got: all });
}

async function crashLine(text: string, programs: Programs): Promise<string | undefined> {
  const crash = crashIn(text);
  if (crash === undefined) return undefined;
  const elf = Object.hasOwn(programs, crash.domain) ? programs[crash.domain] : undefined;
  const place = elf === undefined ? undefined : await placeOf(elf, crash.pc);
  return place && `${visible(crash.domain)} crashed in ${place} (pc ${crash.pc})`;
}

function causeLine(
  lines: readonly string[],
  until: number,
  { message, detail }: HarnessError,
): string | undefined {
  const cause = firstCause(lines, until, `${message}\n${detail.got ?? ''}`);
  if (cause === undefined) return undefined;
  const { line, text, means } = cause;
  const apart = until - line;
  const words = visible(text.trim()).slice(0, shownLine);
  return `first cause, ${apart} line${apart === 1 ? '' : 's'} before (line ${line}): ${words}: ${means}`;
}
