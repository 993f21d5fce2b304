// SPDX-License-Identifier: BSD-2-Clause
/** Ids by which a parent refers to its children and its vCPUs, and the names of virtual machines. */
import type { Element } from '../element.js';
import { limits } from '../limits.js';
import type { Check, Report } from './check.js';
import { placeOf, repeated, sound } from './lookup.js';

interface Known {
  element: Element;
  id: number;
  what: string;
}

const ids: Check = {
  about: 'two children or vCPUs of one protection domain with the same id',
  shows: 'tool',
  run(system, report) {
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
        report(
          { element: item.element, attribute: 'id' },
          `id ${item.id} is taken in protection domain '${domain.name}'`,
          {
            got: `${item.what} and ${first.what} (${placeOf(first.element, 'id')}) both use it`,
            wayOut:
              'children and vCPUs of a protection domain share one set of ids: give one of them another id',
          },
        );
      }
    }
  },
};

function inRange(report: Report, element: Element, id: number, title: string): void {
  if (id >= 0 && id <= limits.id) return;
  report(
    { element, attribute: 'id' },
    `${title} cannot have the id ${id}: it does not fit the badge of a fault`,
    {
      expected: `0 to ${limits.id}`,
      got: String(id),
    },
  );
}

const vcpuRange: Check = {
  about: 'a vCPU id that does not fit the badge',
  shows: 'tool',
  run(system, report) {
    for (const { guest } of system.guests)
      for (const vcpu of sound(guest.vcpus))
        inRange(report, vcpu, vcpu.attributes.id, `a vCPU of '${guest.name}'`);
  },
};

const childRange: Check = {
  about:
    'a child id that does not fit the badge, so that the capability of the child overlaps that of a vCPU',
  shows: 'later',
  run(system, report) {
    for (const { domain } of system.domains)
      for (const child of sound(domain.children))
        inRange(report, child, child.childId ?? 0, `child '${child.name}'`);
  },
};

/** The tool of Microkit 2.0.1 compares whole machines, so it accepts two with the same name that differ elsewhere. */
const guestNames: Check = {
  about: 'two virtual machines with the same name',
  shows: 'tool',
  run(system, report) {
    const guests = system.guests.map(({ guest }) => guest).filter(({ broken }) => !broken.has('name'));
    for (const { item, first } of repeated(guests, ({ name }) => name)) {
      report({ element: item, attribute: 'name' }, `virtual machine '${item.name}' already exists`, {
        got: `the first one is at ${placeOf(first, 'name')}`,
        wayOut: 'rename one of them',
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
