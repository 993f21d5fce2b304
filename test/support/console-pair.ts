// SPDX-License-Identifier: BSD-2-Clause
import { type Duplex, duplexPair } from 'node:stream';
import { Console, type ConsoleOptions } from '../../harness/machine/console.js';

/** A console and the machine's end of its line. */
export function pair(options: ConsoleOptions = {}): { console: Console; machine: Duplex } {
  const [near, machine] = duplexPair();
  return { console: new Console(near, options), machine };
}
