// SPDX-License-Identifier: BSD-2-Clause
/** Reads the files that its parent names, one after another, and tells how each ended; the parent kills it when it hangs. */
import { HarnessError } from '../../harness/base/error.js';
import { readers } from './readers.js';

export interface Question {
  reader: string;
  path: string;
}

export interface Answer {
  /** What went wrong besides errors for users; undefined: nothing did. */
  bug?: string;
  /** KiB that the process has taken at most since it was started. */
  memory: number;
}

process.on('message', async ({ reader, path }: Question) => {
  let bug: string | undefined;
  try {
    await readers.find(({ name }) => name === reader)?.read(path);
  } catch (error) {
    if (error instanceof HarnessError) error.explain();
    else bug = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  const answer: Answer = { memory: process.resourceUsage().maxRSS, ...(bug !== undefined && { bug }) };
  process.send?.(answer);
});
