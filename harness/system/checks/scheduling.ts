// SPDX-License-Identifier: BSD-2-Clause
/** Security domains and their schedule: Microkit manual, "domains". */

import type { Description } from '../description.js';
import type { Element } from '../element.js';
import { limits } from '../limits.js';
import { type Check, didYouMean, listOf } from './check.js';
import { placeOf, repeated, sound } from './lookup.js';

const since = '2.3.0';
const shows = 'tool';

const schedules = (system: Description) =>
  system.all('domains').flatMap((domains) => domains.all('domain_schedule'));
const declared = (system: Description) =>
  system.all('domains').flatMap((domains) => sound(domains.all('domain')));
const turns = (schedule: Element<'domain_schedule'>) => [
  ...schedule.all('schedule_entry'),
  ...schedule.all('schedule_end_marker'),
];

const order: Check = {
  about: 'security domains that are declared after a protection domain: the tool reads from top to bottom',
  shows,
  since,
  run(system, report) {
    const [domains] = system.all('domains');
    const [first] = system.roots;
    if (domains === undefined || first === undefined) return;
    if (system.content.indexOf(domains) < system.content.indexOf(first)) return;
    report({ element: domains }, '<domains> comes after a protection domain', {
      expected: `it before '${first.name}' (${placeOf(first)})`,
    });
  },
};

const names: Check = {
  about: 'two security domains with the same name or id',
  shows,
  since,
  run(system, report) {
    const domains = declared(system);
    const withId = domains.filter(({ attributes }) => attributes.id !== undefined);
    const twice = [
      ...repeated(domains, ({ attributes }) => attributes.name).map((pair) => ({
        ...pair,
        attribute: 'name',
      })),
      ...repeated(withId, ({ attributes }) => attributes.id).map((pair) => ({ ...pair, attribute: 'id' })),
    ];
    for (const { item, first, attribute } of twice) {
      const { name, id } = item.attributes;
      const what =
        attribute === 'name' ? `security domain '${name}' already exists` : `domain id ${id} is taken`;
      const got = `the first one, '${first.attributes.name}', is at ${placeOf(first, attribute)}`;
      report({ element: item, attribute }, what, { got });
    }
  },
};

const count: Check = {
  about: 'more security domains than the kernel has, or an id beyond them',
  shows,
  since,
  run(system, report) {
    const domains = declared(system);
    for (const [index, domain] of domains.entries()) {
      const { id, name } = domain.attributes;
      if (index < limits.securityDomains && (id ?? 0) < limits.securityDomains) continue;
      report({ element: domain, attribute: 'id' }, `there is no room for security domain '${name}'`, {
        expected: `at most ${limits.securityDomains}, with ids from 0 to ${limits.securityDomains - 1}`,
        got: id === undefined ? `${domains.length} domains` : `id ${id}`,
      });
    }
  },
};

const members: Check = {
  about: 'a protection domain in no security domain, or in one that does not exist',
  shows,
  since,
  run(system, report) {
    const known = new Set(declared(system).map(({ attributes }) => attributes.name));
    for (const domain of sound(system.domains.map((placed) => placed.domain))) {
      const name = domain.attributes.domain;
      if (name === undefined && known.size > 0) {
        report(
          { element: domain },
          `protection domain '${domain.name}' belongs to no security domain`,
          () => ({
            expected: `domain= one of ${listOf(known)}`,
          }),
        );
      } else if (name !== undefined && !known.has(name)) {
        report({ element: domain, attribute: 'domain' }, `there is no security domain '${name}'`, () => ({
          expected: known.size === 0 ? 'a <domains> with a schedule, or no domain=' : listOf(known),
          ...didYouMean(name, known),
        }));
      }
    }
  },
};

const entries: Check = {
  about: 'a schedule entry for a security domain that does not exist',
  shows,
  since,
  run(system, report) {
    const known = new Set(declared(system).map(({ attributes }) => attributes.name));
    for (const entry of schedules(system).flatMap((schedule) => sound(schedule.all('schedule_entry')))) {
      const { domain } = entry.attributes;
      if (known.has(domain)) continue;
      const what = `there is no security domain '${domain}'`;
      report({ element: entry, attribute: 'domain' }, what, () => ({
        expected: listOf(known) || 'a <domain>',
      }));
    }
  },
};

const schedule: Check = {
  about: "a schedule that is too long, or whose start is outside it or outside the kernel's",
  shows,
  since,
  run(system, report) {
    for (const element of sound(schedules(system))) {
      const { startIndex = 0, indexShift = 0 } = element.attributes;
      const { length } = turns(element);
      const most = limits.scheduleEntries - 1;
      if (startIndex >= length) {
        report({ element, attribute: 'start_index' }, 'the schedule starts after its end', {
          expected: length === 0 ? 'at least one <schedule_entry>' : `0 to ${length - 1}`,
          got: String(startIndex),
        });
      }
      if (length + indexShift > most) {
        report({ element, attribute: 'index_shift' }, "the schedule does not fit the kernel's", {
          expected: `at most ${most} entries with index_shift`,
          got: `${length} entries from index ${indexShift}`,
        });
      }
    }
  },
};

export const schedulingChecks = {
  schedule_order: order,
  schedule_names: names,
  schedule_count: count,
  schedule_members: members,
  schedule_entries: entries,
  schedule_length: schedule,
};
