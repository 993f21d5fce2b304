// SPDX-License-Identifier: BSD-2-Clause
/** A person on a board's line: input is sent to the line, output is logged unchanged and shown filtered. */
import type { Readable, Writable } from 'node:stream';
import type { HeldBoard } from './target.js';
import { TerminalFilter } from './terminal-filter.js';

/** Ctrl-], as in telnet and similar programs. No shell uses it. */
const quitKey = 0x1d;
export const quitName = 'Ctrl-]';
const breakKey = 0x1e;
export const breakName = 'Ctrl-^';

/**
 * Connects the two until the quit key, the end of the input, or Ctrl-C's signal. Rejects with the line's HarnessError
 * when the port is gone for good, and with the log's when the log cannot be written. `note` shows the result of the
 * break key.
 */
export async function terminal(
  held: HeldBoard,
  input: Readable,
  output: Writable,
  note: (text: string) => void,
): Promise<void> {
  const { line, log, signal } = held;
  const stream = line.attach();
  const filter = new TerminalFilter();
  /** A queue: a break is sent between the keys typed before and after it. */
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
