// SPDX-License-Identifier: BSD-2-Clause
/** The rules for a suite's guests that its schema cannot state. */
import { HarnessError } from '../../base/error.js';
import { nearest } from '../../base/spelling.js';
import type { Toml } from '../../base/toml.js';
import type { Suite } from './suite.js';

type Guest = Suite['guest'][number];

/** Throws HarnessError (usage) with the place of the first mistake. */
export function checkGuests({ guest: guests, boot, check }: Suite, toml: Toml): void {
  for (const [index, guest] of guests.entries()) {
    const mistake = wrongConsole(guest) ?? sharedLine(guest, guests.slice(0, index));
    if (mistake !== undefined) throw mistake.at(toml.where(['guest', index]));
  }
  const names = guests.map(({ name }) => name);
  for (const [key, list] of [
    ['boot', boot],
    ['check', check],
  ] as const) {
    for (const [index, { guest }] of list.entries())
      if (guest !== undefined && !names.includes(guest))
        throw unknownGuest(guest, names, toml.where([key, index, 'guest']));
  }
}

/** A mistake whose place is not known yet. */
const mistaken = (message: string, expected: string) => ({
  at: (where: string) => new HarnessError('usage', message, { where, expected }),
});

/** A guest's text is found by one means. */
function wrongConsole({ name, prefix, serial, select }: Guest) {
  if (prefix === undefined && serial === undefined)
    return mistaken(
      `guest ${name} needs either prefix or serial`,
      'prefix = "what each of its lines begins with", or serial = 1 for the machine\'s serial port 1',
    );
  if (serial === undefined) return undefined;
  const key = prefix === undefined ? 'select' : 'prefix';
  if (prefix === undefined && select === undefined) return undefined;
  return mistaken(`${key} of guest ${name} is for guests that share a console`, 'serial alone');
}

function sharedLine({ name, serial }: Guest, before: readonly Guest[]) {
  const other = before.find((one) => one.name === name || (serial !== undefined && one.serial === serial));
  if (other === undefined) return undefined;
  return other.name === name
    ? mistaken(`two guests are named ${name}`, 'a name for each')
    : mistaken(`guests ${other.name} and ${name} have the same serial line`, 'a line for each');
}

function unknownGuest(wanted: string, names: readonly string[], where: string): HarnessError {
  const near = nearest(wanted, names);
  return new HarnessError('usage', `there is no guest ${wanted}`, {
    where,
    expected: names.length > 0 ? `one of ${names.join(', ')}` : 'a [[guest]] with that name',
    ...(near !== undefined && { wayOut: `did you mean ${near}?` }),
  });
}
