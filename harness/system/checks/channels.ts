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
  about: 'an end of a channel at a protection domain that is not there',
  shows: 'tool',
  run(system, say) {
    const domains = domainsByName(system);
    for (const end of system.channels.flatMap((channel) => channel.all('end'))) {
      const { pd } = end.attributes;
      if (end.broken.has('pd') || domains.has(pd)) continue;
      say({ element: end, attribute: 'pd' }, `there is no protection domain '${pd}'`, () =>
        didYouMean(pd, domains.keys()),
      );
    }
  },
};

/** What is known by a channel id in a protection domain. */
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
  run(system, say) {
    for (const { element, id, what, pd } of uses(system)) {
      if (id >= 0 && id <= limits.id) continue;
      say({ element, attribute: 'id' }, `'${pd}' cannot know ${what} by id ${id}`, {
        expected: `0 to ${limits.id}`,
        got: String(id),
      });
    }
  },
};

const ids: Check = {
  about: 'two channels or interrupts of one protection domain with the same id',
  shows: 'tool',
  run(system, say) {
    for (const { item, first } of repeated(uses(system), ({ pd, id }) => `${id} ${pd}`)) {
      say(
        { element: item.element, attribute: 'id' },
        `id ${item.id} is taken in protection domain '${item.pd}'`,
        {
          got: `${item.what} and ${first.what} (${placeOf(first.element, 'id')}) both have it`,
          wayOut: 'channels and interrupts of a protection domain share their ids: give one of them another',
        },
      );
    }
  },
};

const calls: Check = {
  about: 'a protected procedure call that goes both ways, or not up to a strictly higher priority',
  shows: 'tool',
  run(system, say) {
    const domains = domainsByName(system);
    for (const channel of system.channels) {
      const ends = sound(channel.all('end'));
      const [a, b] = ends;
      if (a === undefined || b === undefined || ends.length !== 2) continue;
      if (a.attributes.pp && b.attributes.pp) {
        say({ element: channel }, `'${a.attributes.pd}' and '${b.attributes.pd}' may both call each other`, {
          expected: 'pp="true" at one end at most',
          wayOut: 'let one of them notify instead',
        });
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
        say({ element: from, attribute: 'pp' }, `'${caller.name}' cannot call '${callee.name}'`, {
          expected: `a call to a strictly higher priority than ${caller.priority}`,
          got: `'${callee.name}' has priority ${callee.priority}`,
          wayOut: 'raise the one that is called, or notify it instead',
        });
      }
    }
  },
};

const interrupts: Check = {
  about: 'an interrupt that two take',
  shows: 'tool',
  run(system, say) {
    const irqs = system.domains.flatMap(({ domain }) =>
      sound(domain.irqs).map((irq) => ({ irq, domain, intid: irq.attributes.irq })),
    );
    for (const { item, first } of repeated(irqs, ({ intid }) => intid)) {
      say({ element: item.irq, attribute: 'irq' }, `interrupt ${item.intid} is already taken`, {
        got: `'${item.domain.name}' and '${first.domain.name}' (${placeOf(first.irq, 'irq')}) both ask for it`,
        wayOut: 'let one take it and notify the other',
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
