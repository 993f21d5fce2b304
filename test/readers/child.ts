// SPDX-License-Identifier: BSD-2-Clause
/**
 * Reads the files that its parent names, one after another, and reports how each ended. The parent kills it when it
 * hangs.
 */
import { HarnessError } from '../../harness/base/error.js';
import { readers } from './readers.js';

export interface Question {
  reader: string;
  path: string;
}

export interface Answer {
  /** Anything that went wrong besides errors for users; undefined when nothing did. */
  bug?: string;
  /** Peak memory of the process in KiB since its start. */
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
