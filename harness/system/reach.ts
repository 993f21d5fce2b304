// SPDX-License-Identifier: BSD-2-Clause
/** Which protection domains can make which others run. */
import type { Description } from './description.js';

export interface Waking {
  from: string;
  to: string;
  how: 'calls' | 'notifies';
  /** The id by which `from` refers to the channel. */
  id: number;
}

/** Every way in which one protection domain can wake another, in the order of the description. */
export function wakings(system: Description): Waking[] {
  return system.channels.flatMap((channel) => {
    const [a, b] = channel.all('end').map(({ attributes }) => attributes);
    if (a === undefined || b === undefined) return [];
    return (
      [
        [a, b],
        [b, a],
      ] as const
    ).flatMap(([from, to]) => {
      const base = { from: from.pd, to: to.pd, id: from.id };
      return [
        ...(from.pp ? [{ ...base, how: 'calls' as const }] : []),
        ...((from.notify ?? true) ? [{ ...base, how: 'notifies' as const }] : []),
      ];
    });
  });
}

/** The protection domains that may run because `name` runs, without itself, nearest first. */
export function reachedFrom(system: Description, name: string): string[] {
  const all = wakings(system);
  const found = [name];
  for (const from of found)
    for (const { to } of all.filter((waking) => waking.from === from))
      if (!found.includes(to)) found.push(to);
  return found.slice(1);
}
