// SPDX-License-Identifier: BSD-2-Clause
/** Variables of a program that the tool sets: Microkit manual, "setvar" and "map". */

import type { Description } from '../description.js';
import type { Element } from '../element.js';
import type { ProtectionDomain } from '../nodes.js';
import type { Check } from './check.js';
import { once, placeOf, repeated, sound } from './lookup.js';

/** An attribute that names a symbol, and its element. */
export interface SymbolUse {
  symbol: string;
  element: Element;
  attribute: string;
}

/** The ends of all channels, grouped by protection domain. */
const endsByDomain = once((system) => {
  const found = new Map<string, Element<'end'>[]>();
  for (const end of system.channels.flatMap((channel) => sound(channel.all('end')))) {
    const { pd } = end.attributes;
    const others = found.get(pd);
    if (others === undefined) found.set(pd, [end]);
    else others.push(end);
  }
  return found;
});

/** Every symbol of a protection domain's program that the description sets. */
export function symbolUses(system: Description, domain: ProtectionDomain): SymbolUse[] {
  const found: SymbolUse[] = [];
  const use = (element: Element, attribute: string, symbol: string | undefined) => {
    if (symbol !== undefined) found.push({ symbol, element, attribute });
  };
  for (const map of sound(domain.maps)) {
    const { setvarVaddr, setvarSize, setvarPrefillSize } = map.setvars;
    use(map, 'setvar_vaddr', setvarVaddr);
    use(map, 'setvar_size', setvarSize);
    use(map, 'setvar_prefill_size', setvarPrefillSize);
  }
  for (const setvar of sound(domain.setvars)) use(setvar, 'symbol', setvar.attributes.symbol);
  for (const irq of sound(domain.irqs)) use(irq, 'setvar_id', irq.attributes.setvarId);
  for (const child of sound(domain.children)) use(child, 'setvar_id', child.childSetvar);
  for (const end of endsByDomain(system).get(domain.name) ?? [])
    use(end, 'setvar_id', end.attributes.setvarId);
  return found;
}

const twice: Check = {
  about: 'a symbol of a program that is set twice',
  shows: 'tool',
  run(system, report) {
    for (const { domain } of system.domains) {
      for (const { item, first } of repeated(symbolUses(system, domain), ({ symbol }) => symbol)) {
        const { element, attribute, symbol } = item;
        report(
          { element, attribute },
          `symbol '${symbol}' of protection domain '${domain.name}' is set twice`,
          {
            got: `it is also set at ${placeOf(first.element, first.attribute)}`,
            wayOut: 'give each value a separate symbol',
          },
        );
      }
    }
  },
};

const vcpu: Check = {
  about: 'a symbol for the id of a vCPU, which the Microkit tools 2.1.0 to 2.3.0 read but never set',
  shows: 'later',
  since: '2.1.0',
  run(system, report) {
    for (const vcpu of system.guests.flatMap(({ guest }) => sound(guest.vcpus))) {
      const { setvarId, id } = vcpu.attributes;
      if (setvarId === undefined) continue;
      report({ element: vcpu, attribute: 'setvar_id' }, `symbol '${setvarId}' would never be set`, {
        expected:
          'no setvar_id on a vCPU: the tool looks for it on the virtual machine, which cannot have one',
        wayOut: `write the id, ${id}, into the program`,
      });
    }
  },
};

export const setvarChecks = { setvar_twice: twice, setvar_vcpu: vcpu };
