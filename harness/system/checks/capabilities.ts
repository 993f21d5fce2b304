// SPDX-License-Identifier: BSD-2-Clause
/** Capabilities of other protection domains in a CSpace: Microkit manual, "cspace". */

import type { Description } from '../description.js';
import type { Element } from '../element.js';
import { limits } from '../limits.js';
import type { ProtectionDomain } from '../nodes.js';
import { type Check, didYouMean } from './check.js';
import { placeOf, repeated, sound } from './lookup.js';

type Capability = Element<'cap_tcb' | 'cap_sc' | 'cap_vspace'>;

function capabilities(domain: ProtectionDomain): Capability[] {
  const kinds = ['cap_tcb', 'cap_sc', 'cap_vspace'] as const;
  return domain.all('cspace').flatMap((cspace) => kinds.flatMap((kind) => cspace.all(kind)));
}

const all = (system: Description) => system.domains.flatMap(({ domain }) => capabilities(domain));

const owner: Check = {
  about: 'a capability of a protection domain that does not exist',
  shows: 'tool',
  since: '2.3.0',
  run(system, report) {
    const names = new Set(system.domains.map(({ domain }) => domain.name));
    for (const capability of sound(all(system))) {
      const { pd } = capability.attributes;
      if (names.has(pd)) continue;
      report({ element: capability, attribute: 'pd' }, `there is no protection domain '${pd}'`, () =>
        didYouMean(pd, names),
      );
    }
  },
};

const range: Check = {
  about: 'a slot that the CSpace does not have',
  shows: 'tool',
  since: '2.3.0',
  run(system, report) {
    for (const capability of sound(all(system))) {
      const { slot } = capability.attributes;
      if (slot > 0 && slot < limits.capabilitySlots) continue;
      report({ element: capability, attribute: 'slot' }, `there is no slot ${slot} for a capability`, {
        expected: `1 to ${limits.capabilitySlots - 1}: slot 0 is Microkit's own`,
        got: String(slot),
      });
    }
  },
};

const twice: Check = {
  about: 'two capabilities in one slot',
  shows: 'tool',
  since: '2.3.0',
  run(system, report) {
    for (const { domain } of system.domains) {
      for (const { item, first } of repeated(
        sound(capabilities(domain)),
        ({ attributes }) => attributes.slot,
      )) {
        const { slot } = item.attributes;
        report(
          { element: item, attribute: 'slot' },
          `slot ${slot} of protection domain '${domain.name}' is taken`,
          {
            got:
              `<${item.tag}> of '${item.attributes.pd}' and <${first.tag}> of '${first.attributes.pd}' ` +
              `(${placeOf(first, 'slot')}) both use it`,
          },
        );
      }
    }
  },
};

export const capabilityChecks = {
  capability_owner: owner,
  capability_slot: range,
  capability_slot_twice: twice,
};
