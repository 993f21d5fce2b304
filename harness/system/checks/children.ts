// SPDX-License-Identifier: BSD-2-Clause
/** Ids by which a parent knows its children and its vCPUs, and the names of virtual machines. */
import type { Element } from '../element.js';
import { limits } from '../limits.js';
import type { Check, Say } from './check.js';
import { placeOf, repeated, sound } from './lookup.js';

interface Known {
  element: Element;
  id: number;
  what: string;
}

const ids: Check = {
  about: 'two children or vCPUs of one protection domain with the same id',
  shows: 'tool',
  run(system, say) {
    for (const { domain } of system.domains) {
      const vcpus = sound(domain.guest?.vcpus ?? []).map<Known>((element) => ({
        element,
        id: element.attributes.id,
        what: `vCPU ${element.attributes.id} of '${domain.guest?.name}'`,
      }));
      const children = sound(domain.children).map<Known>((element) => ({
        element,
        id: element.childId ?? 0,
        what: `child '${element.name}'`,
      }));
      for (const { item, first } of repeated([...vcpus, ...children], ({ id }) => id)) {
        say(
          { element: item.element, attribute: 'id' },
          `id ${item.id} is taken in protection domain '${domain.name}'`,
          {
            got: `${item.what} and ${first.what} (${placeOf(first.element, 'id')}) both have it`,
            wayOut: 'children and vCPUs of a protection domain share their ids: give one of them another',
          },
        );
      }
    }
  },
};

function inRange(say: Say, element: Element, id: number, title: string): void {
  if (id >= 0 && id <= limits.id) return;
  say(
    { element, attribute: 'id' },
    `${title} cannot have the id ${id}: it does not fit the badge of a fault`,
    {
      expected: `0 to ${limits.id}`,
      got: String(id),
    },
  );
}

const vcpuRange: Check = {
  about: 'an id of a vCPU that does not fit the badge',
  shows: 'tool',
  run(system, say) {
    for (const { guest } of system.guests)
      for (const vcpu of sound(guest.vcpus))
        inRange(say, vcpu, vcpu.attributes.id, `a vCPU of '${guest.name}'`);
  },
};

const childRange: Check = {
  about: 'an id of a child that does not fit the badge, and whose capability lies over that of a vCPU',
  shows: 'later',
  run(system, say) {
    for (const { domain } of system.domains)
      for (const child of sound(domain.children))
        inRange(say, child, child.childId ?? 0, `child '${child.name}'`);
  },
};

/** The tool of Microkit 2.0.1 compares the whole machines, so it takes two of one name that differ elsewhere. */
const guestNames: Check = {
  about: 'two virtual machines of one name',
  shows: 'tool',
  run(system, say) {
    const guests = system.guests.map(({ guest }) => guest).filter(({ broken }) => !broken.has('name'));
    for (const { item, first } of repeated(guests, ({ name }) => name)) {
      say({ element: item, attribute: 'name' }, `virtual machine '${item.name}' is already there`, {
        got: `the first one is at ${placeOf(first, 'name')}`,
        wayOut: 'give one of them another name',
      });
    }
  },
};

export const childChecks = {
  child_ids: ids,
  child_id_range: childRange,
  vcpu_id_range: vcpuRange,
  guest_names: guestNames,
};
