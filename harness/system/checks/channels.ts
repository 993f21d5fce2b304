// SPDX-License-Identifier: BSD-2-Clause
/** Channels and interrupts, which share the ids of a protection domain: Microkit manual, "channel" and "irq". */

import type { Description } from '../description.js';
import type { Element } from '../element.js';
import { limits } from '../limits.js';
import type { ProtectionDomain } from '../nodes.js';
import { type Check, didYouMean } from './check.js';
import { placeOf, repeated, sound } from './lookup.js';

function domainsByName(system: Description): Map<string, ProtectionDomain> {
  const named = system.domains.map(({ domain }) => domain).filter(({ broken }) => !broken.has('name'));
  return new Map(named.reverse().map((domain) => [domain.name, domain]));
}

const endDomain: Check = {
  about: 'an end of a channel at a protection domain that does not exist',
  shows: 'tool',
  run(system, report) {
    const domains = domainsByName(system);
    for (const end of system.channels.flatMap((channel) => channel.all('end'))) {
      const { pd } = end.attributes;
      if (end.broken.has('pd') || domains.has(pd)) continue;
      report({ element: end, attribute: 'pd' }, `there is no protection domain '${pd}'`, () =>
        didYouMean(pd, domains.keys()),
      );
    }
  },
};

/** Something that a protection domain refers to by a channel id. */
interface Use {
  element: Element;
  pd: string;
  id: number;
  what: string;
}

function uses(system: Description): Use[] {
  const irqs = system.domains.flatMap(({ domain }) =>
    sound(domain.irqs).map<Use>((element) => {
      const { id, irq } = element.attributes;
      return { element, pd: domain.name, id, what: `interrupt ${irq}` };
    }),
  );
  const ends = system.channels.flatMap((channel) => {
    const both = channel.all('end');
    if (both.length !== 2) return [];
    return sound(both).map<Use>((element) => {
      const { id, pd } = element.attributes;
      const other = both.find((end) => end !== element)?.attributes.pd;
      return { element, pd, id, what: other === undefined ? 'a channel' : `the channel to '${other}'` };
    });
  });
  return [...irqs, ...ends];
}

const idRange: Check = {
  about: 'a channel id that does not fit the badge',
  shows: 'tool',
  run(system, report) {
    for (const { element, id, what, pd } of uses(system)) {
      if (id >= 0 && id <= limits.id) continue;
      report({ element, attribute: 'id' }, `'${pd}' cannot know ${what} by id ${id}`, {
        expected: `0 to ${limits.id}`,
        got: String(id),
      });
    }
  },
};

const ids: Check = {
  about: 'two channels or interrupts of one protection domain with the same id',
  shows: 'tool',
  run(system, report) {
    for (const { item, first } of repeated(uses(system), ({ pd, id }) => `${id} ${pd}`)) {
      report(
        { element: item.element, attribute: 'id' },
        `id ${item.id} is taken in protection domain '${item.pd}'`,
        {
          got: `${item.what} and ${first.what} (${placeOf(first.element, 'id')}) both use it`,
          wayOut:
            'channels and interrupts of a protection domain share one set of ids: give one of them another id',
        },
      );
    }
  },
};

const calls: Check = {
  about: 'a protected procedure call in both directions, or to a priority that is not strictly higher',
  shows: 'tool',
  run(system, report) {
    const domains = domainsByName(system);
    for (const channel of system.channels) {
      const ends = sound(channel.all('end'));
      const [a, b] = ends;
      if (a === undefined || b === undefined || ends.length !== 2) continue;
      if (a.attributes.pp && b.attributes.pp) {
        report(
          { element: channel },
          `'${a.attributes.pd}' and '${b.attributes.pd}' may both call each other`,
          {
            expected: 'pp="true" at one end at most',
            wayOut: 'let one of them notify instead',
          },
        );
        continue;
      }
      for (const [from, to] of [
        [a, b],
        [b, a],
      ] as const) {
        const caller = domains.get(from.attributes.pd);
        const callee = domains.get(to.attributes.pd);
        if (!from.attributes.pp || caller === undefined || callee === undefined) continue;
        if (sound([caller, callee]).length < 2 || caller.priority < callee.priority) continue;
        report({ element: from, attribute: 'pp' }, `'${caller.name}' cannot call '${callee.name}'`, {
          expected: `a call to a strictly higher priority than ${caller.priority}`,
          got: `'${callee.name}' has priority ${callee.priority}`,
          wayOut: 'raise the priority of the called domain, or notify it instead',
        });
      }
    }
  },
};

const interrupts: Check = {
  about: 'an interrupt that two protection domains take',
  shows: 'tool',
  run(system, report) {
    const irqs = system.domains.flatMap(({ domain }) =>
      sound(domain.irqs).map((irq) => ({ irq, domain, intid: irq.attributes.irq })),
    );
    for (const { item, first } of repeated(irqs, ({ intid }) => intid)) {
      report({ element: item.irq, attribute: 'irq' }, `interrupt ${item.intid} is already taken`, {
        got: `'${item.domain.name}' and '${first.domain.name}' (${placeOf(first.irq, 'irq')}) both use it`,
        wayOut: 'let one of them take it and notify the other',
      });
    }
  },
};

export const channelChecks = {
  channel_domain: endDomain,
  channel_id_range: idRange,
  channel_ids: ids,
  channel_calls: calls,
  irq_twice: interrupts,
};
