// SPDX-License-Identifier: BSD-2-Clause
/** A person on a board's line: what is typed goes there, what comes is logged as it is and shown filtered. */
import type { Readable, Writable } from 'node:stream';
import type { Held } from './target.js';
import { TerminalFilter } from './terminal-filter.js';

/** Ctrl-], as in telnet and picocom's cousins: no shell uses it. */
const quitKey = 0x1d;
export const quitName = 'Ctrl-]';

/**
 * Joins the two until the quit key, the end of the input, or Ctrl-C's signal. Rejects with the line's own HarnessError
 * when the port is gone for good.
 */
export async function terminal(held: Held, input: Readable, output: Writable): Promise<void> {
  const { line, log, signal } = held;
  const stream = line.attach();
  const filter = new TerminalFilter();
  stream.on('data', (bytes: Buffer) => {
    log.write(bytes);
    output.write(filter.take(bytes));
  });
  await new Promise<void>((resolve, reject) => {
    const done = () => resolve();
    input.on('data', (bytes: Buffer) => {
      const quit = bytes.indexOf(quitKey);
      stream.write(quit < 0 ? bytes : bytes.subarray(0, quit));
      if (quit >= 0) done();
    });
    input.on('end', done);
    if (signal.aborted) done();
    signal.addEventListener('abort', done, { once: true });
    stream.on('close', () => (line.failure && !signal.aborted ? reject(line.failure) : done()));
  });
  stream.destroy();
}
