// SPDX-License-Identifier: BSD-2-Clause
/** The shells of a machine's guests: each on a serial line of its own, or on a part of the console's text. */
import { HarnessError } from '../base/error.js';
import { Console } from '../machine/console.js';
import type { Machine, SerialPort } from '../machine/machine.js';
import { type Mark, MarkedLines } from '../machine/marked-lines.js';
import type { Plan } from './plan.js';
import { GuestShell } from './shell.js';

function portOf(machine: Machine, port: SerialPort): Console {
  if (machine.port !== undefined) return machine.port(port);
  throw new HarnessError('usage', 'this machine has one serial line', { got: `port ${port}` });
}

/** From now on the lines of guests with marks are sorted. Throws HarnessError (usage) for a port that is not there. */
export function shellsOf(machine: Machine, { guests }: Plan): Map<string, GuestShell> {
  const marks = guests.flatMap(({ name, console }): Mark[] =>
    'port' in console ? [] : [{ name, ...console }],
  );
  const marked = marks.length > 0 ? new MarkedLines(machine.stream, marks) : undefined;
  const partOf = machine.console;
  return new Map(
    guests.map(({ name, console, prompt = '' }) => {
      const own =
        'port' in console
          ? portOf(machine, console.port)
          : new Console(marked?.of(name) ?? machine.stream, { partOf, markers: [] });
      return [name, new GuestShell(own, prompt)];
    }),
  );
}
