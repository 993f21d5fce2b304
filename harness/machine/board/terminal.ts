// SPDX-License-Identifier: BSD-2-Clause
/** A person on a board's line: what is typed goes there, what comes is logged as it is and shown filtered. */
import type { Readable, Writable } from 'node:stream';
import type { Held } from './target.js';
import { TerminalFilter } from './terminal-filter.js';

/** Ctrl-], as in telnet and picocom's cousins: no shell uses it. */
const quitKey = 0x1d;
export const quitName = 'Ctrl-]';
const breakKey = 0x1e;
export const breakName = 'Ctrl-^';

/**
 * Joins the two until the quit key, the end of the input, or Ctrl-C's signal. Rejects with the line's own HarnessError
 * when the port is gone for good, and with the log's when that takes no more. `note` shows what the break key came to.
 */
export async function terminal(
  held: Held,
  input: Readable,
  output: Writable,
  note: (words: string) => void,
): Promise<void> {
  const { line, log, signal } = held;
  const stream = line.attach();
  const filter = new TerminalFilter();
  /** One after the other: a break comes between the keys that were typed before and after it. */
  let typed = Promise.resolve();
  const type = (keys: Buffer) => {
    typed = typed.then(() => line.write(keys, true)).catch(() => {});
  };
  const sendBreak = () => {
    typed = typed
      .then(() => line.sendBreak())
      .then(
        () => note('break'),
        ({ message }: Error) => note(message),
      );
  };
  await new Promise<void>((resolve, reject) => {
    const done = () => resolve();
    stream.on('data', (bytes: Buffer) => {
      try {
        log.write(bytes);
      } catch (error) {
        reject(error);
      }
      output.write(filter.take(bytes));
    });
    input.on('data', (bytes: Buffer) => {
      const quit = bytes.indexOf(quitKey);
      const keys = quit < 0 ? bytes : bytes.subarray(0, quit);
      let from = 0;
      for (let at = keys.indexOf(breakKey); at >= 0; at = keys.indexOf(breakKey, from)) {
        type(keys.subarray(from, at));
        sendBreak();
        from = at + 1;
      }
      type(keys.subarray(from));
      if (quit >= 0) done();
    });
    input.on('end', done);
    if (signal.aborted) done();
    signal.addEventListener('abort', done, { once: true });
    stream.on('close', () => (line.failure && !signal.aborted ? reject(line.failure) : done()));
  }).finally(() => stream.destroy());
}
