// SPDX-License-Identifier: BSD-2-Clause
/** Maps of protection domains and virtual machines: Microkit manual, "map". */

import { overlaps } from '../../base/ranges.js';
import { formatRange } from '../format.js';
import { domainTop } from '../layout.js';
import { smallPage } from '../limits.js';
import { formatHex } from '../values.js';
import { type Check, didYouMean } from './check.js';
import { placedMaps, placeOf, regionsByName, sizeOf, sound, spaces } from './lookup.js';

const region: Check = {
  about: 'a map or setvar of a memory region that does not exist',
  shows: 'tool',
  run(system, report) {
    const regions = regionsByName(system);
    const missing = (name: string) => () => didYouMean(name, regions.keys());
    for (const { maps, domain } of spaces(system)) {
      for (const map of maps.filter(({ broken }) => !broken.has('mr'))) {
        if (regions.has(map.mr)) continue;
        report({ element: map, attribute: 'mr' }, `there is no memory region '${map.mr}'`, missing(map.mr));
      }
      for (const setvar of sound(domain?.setvars ?? [])) {
        const { regionPaddr } = setvar.attributes;
        if (regions.has(regionPaddr)) continue;
        const what = `there is no memory region '${regionPaddr}'`;
        report({ element: setvar, attribute: 'region_paddr' }, what, missing(regionPaddr));
      }
    }
  },
};

const permissions: Check = {
  about: 'a write-only map, which the kernel does not have',
  shows: 'tool',
  run(system, report) {
    for (const { maps, title } of spaces(system)) {
      for (const map of sound(maps)) {
        if (map.perms !== ('w' as string)) continue;
        report({ element: map, attribute: 'perms' }, `the map of '${map.mr}' in ${title} is write-only`, {
          expected: "'rw', or another combination with 'r'",
          got: "'w'",
        });
      }
    }
  },
};

const address: Check = {
  about: 'a map beyond the end of the address space',
  shows: 'tool',
  aarch64: true,
  run(system, report, context) {
    const regions = regionsByName(system);
    for (const { maps, title, domain } of spaces(system)) {
      const top =
        domain === undefined ? context.addressTop : domainTop(system, domain, context.addressTop).stack.base;
      for (const map of sound(maps)) {
        const end = map.vaddr + (sizeOf(regions.get(map.mr), context) ?? 0);
        if (map.vaddr < top && end <= top) continue;
        report({ element: map, attribute: 'vaddr' }, `the map of '${map.mr}' in ${title} is too high`, {
          expected: `to end at or below ${formatHex(top)}${domain === undefined ? '' : ', where the stack begins'}`,
          got: formatRange({ base: map.vaddr, end }),
        });
      }
    }
  },
};

const unreadable: Check = {
  about: "a map without 'r', which gives no access at all",
  shows: 'later',
  run(system, report) {
    for (const { maps, title } of spaces(system)) {
      for (const map of sound(maps)) {
        if (map.perms.includes('r') || (map.perms as string) === 'w') continue;
        report({ element: map, attribute: 'perms' }, `the map of '${map.mr}' in ${title} gives no access`, {
          expected: "a combination with 'r': seL4 grants no rights without it",
          got: `'${map.perms}'`,
        });
      }
    }
  },
};

const alignment: Check = {
  about: "a map that is not aligned to its region's page size",
  shows: 'tool',
  run(system, report) {
    const regions = regionsByName(system);
    for (const { maps, title } of spaces(system)) {
      for (const map of sound(maps)) {
        const mapped = regions.get(map.mr);
        if (mapped === undefined || mapped.broken.has('page_size')) continue;
        const { pageSize = smallPage } = mapped.attributes;
        if (map.vaddr % pageSize === 0) continue;
        report(
          { element: map, attribute: 'vaddr' },
          `the map of '${map.mr}' in ${title} is not aligned to a page`,
          {
            expected: `a multiple of the region's page size, ${formatHex(pageSize)}`,
            got: formatHex(map.vaddr),
          },
        );
      }
    }
  },
};

const mapOverlap: Check = {
  about: 'two maps in one address space that overlap',
  shows: 'tool',
  run(system, report, context) {
    for (const { maps, title } of spaces(system)) {
      for (const [first, second] of overlaps(placedMaps(system, maps, context))) {
        report({ element: second.map, attribute: 'vaddr' }, `two maps of ${title} overlap`, {
          got:
            `'${second.map.mr}' is at ${formatRange(second.range)}, ` +
            `'${first.map.mr}' (${placeOf(first.map)}) at ${formatRange(first.range)}`,
          wayOut: `'${second.map.mr}' could follow at ${formatHex(first.range.end)}`,
        });
      }
    }
  },
};

export const mapChecks = {
  map_region: region,
  map_permissions: permissions,
  map_unreadable: unreadable,
  map_address: address,
  map_alignment: alignment,
  map_overlap: mapOverlap,
};
