// SPDX-License-Identifier: BSD-2-Clause
/** Memory regions: Microkit manual, "memory_region". */

import { overlaps } from '../../base/ranges.js';
import { formatRange } from '../format.js';
import { limits, smallPage } from '../limits.js';
import { formatHex } from '../values.js';
import type { Check } from './check.js';
import { placedRegions, placeOf, repeated, sound } from './lookup.js';

const names: Check = {
  about: 'two memory regions with the same name',
  shows: 'tool',
  run(system, report) {
    const named = system.regions.filter(({ broken }) => !broken.has('name'));
    for (const { item, first } of repeated(named, ({ name }) => name)) {
      report({ element: item, attribute: 'name' }, `memory region '${item.name}' already exists`, {
        got: `the first one is at ${placeOf(first, 'name')}`,
        wayOut: 'rename one of them',
      });
    }
  },
};

const pageSize: Check = {
  about: 'a page size that the architecture does not have',
  shows: 'tool',
  run(system, report) {
    for (const region of sound(system.regions)) {
      const { pageSize } = region.attributes;
      if (pageSize === undefined || (limits.pageSizes as readonly number[]).includes(pageSize)) continue;
      report(
        { element: region, attribute: 'page_size' },
        `memory region '${region.name}' has an impossible page size`,
        {
          expected: limits.pageSizes.map(formatHex).join(' or '),
          got: formatHex(pageSize),
        },
      );
    }
  },
};

const size: Check = {
  about: 'a memory region that is empty, or whose size is not a multiple of its page size',
  shows: 'tool',
  run(system, report) {
    for (const region of sound(system.regions)) {
      const { size, pageSize = smallPage } = region.attributes;
      const known = (limits.pageSizes as readonly number[]).includes(pageSize);
      if (size === undefined || !known || (size > 0 && size % pageSize === 0)) continue;
      report(
        { element: region, attribute: 'size' },
        `memory region '${region.name}' is not a whole number of pages`,
        {
          expected: `a multiple of its page size, ${formatHex(pageSize)}, and not 0`,
          got: formatHex(size),
          wayOut: `${formatHex(Math.max(1, Math.ceil(size / pageSize)) * pageSize)} would hold it`,
        },
      );
    }
  },
};

const physicalAlignment: Check = {
  about: 'a physical address that is not a multiple of the page size',
  shows: 'tool',
  run(system, report) {
    for (const region of sound(system.regions)) {
      const { physAddr, pageSize = smallPage } = region.attributes;
      if (physAddr === undefined || physAddr % pageSize === 0) continue;
      report(
        { element: region, attribute: 'phys_addr' },
        `memory region '${region.name}' is not aligned to a page`,
        {
          expected: `a multiple of its page size, ${formatHex(pageSize)}`,
          got: formatHex(physAddr),
        },
      );
    }
  },
};

const physicalOverlap: Check = {
  about: 'two memory regions that share physical memory',
  shows: 'tool',
  run(system, report, context) {
    for (const [first, second] of overlaps(placedRegions(system, context))) {
      report(
        { element: second.region, attribute: 'phys_addr' },
        'two memory regions share physical memory',
        () => ({
          got:
            `'${second.region.name}' is at ${formatRange(second.range)}, ` +
            `'${first.region.name}' (${placeOf(first.region)}) at ${formatRange(first.range)}`,
          wayOut: 'use one region and map it twice, or move one of them',
        }),
      );
    }
  },
};

const unused: Check = {
  about: 'a memory region that is never mapped',
  shows: 'tool',
  severity: 'warning',
  run(system, report) {
    const used = new Set<string>();
    for (const { domain } of system.domains) {
      for (const { mr } of [...domain.maps, ...(domain.guest?.maps ?? [])]) used.add(mr);
      for (const { attributes } of domain.setvars) used.add(attributes.regionPaddr);
    }
    for (const region of sound(system.regions)) {
      if (!used.has(region.name))
        report({ element: region, attribute: 'name' }, `memory region '${region.name}' is never mapped`);
    }
  },
};

export const regionChecks = {
  region_names: names,
  region_page_size: pageSize,
  region_size: size,
  region_physical_alignment: physicalAlignment,
  region_physical_overlap: physicalOverlap,
  region_unused: unused,
};
