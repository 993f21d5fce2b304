// SPDX-License-Identifier: BSD-2-Clause
/** Lookups in a description that several checks share. */
import { HarnessError } from '../../base/error.js';
import { type AddressRange, rangeOf } from '../../base/ranges.js';
import { CachedDescription, type Description } from '../description.js';
import type { Element } from '../element.js';
import { smallPage } from '../limits.js';
import { formatPlace } from '../mistake.js';
import type { Mapping, MemoryRegion } from '../nodes.js';
import type { CheckContext } from './check.js';

/** The elements whose attributes could all be read. The others have been reported, and have no values to check. */
export function sound<E extends Element>(elements: readonly E[]): E[] {
  return elements.filter((element) => element.broken.size === 0);
}

/** Each element that has the same key as an earlier one, together with that earlier one. */
export function repeated<T, K>(items: readonly T[], key: (item: T) => K): { item: T; first: T }[] {
  const firsts = new Map<K, T>();
  const found: { item: T; first: T }[] = [];
  for (const item of items) {
    const first = firsts.get(key(item));
    if (first === undefined) firsts.set(key(item), item);
    else found.push({ item, first });
  }
  return found;
}

/** `file:line:column` of an element or of one of its attributes. */
export const placeOf = (element: Element, attribute?: string) => formatPlace(element.origin.place(attribute));

/** Computes `look` once for each cached description and remembers the result. */
export function once<T>(look: (system: Description) => T): (system: Description) => T {
  const found = new WeakMap<Description, T>();
  return (system) => {
    const known = found.get(system);
    if (known !== undefined) return known;
    const made = look(system);
    if (system instanceof CachedDescription) found.set(system, made);
    return made;
  };
}

/** Memory regions by name; of several with the same name, the first. */
export const regionsByName = once((system): ReadonlyMap<string, MemoryRegion> => {
  const found = new Map<string, MemoryRegion>();
  for (const region of system.regions)
    if (!region.broken.has('name') && !found.has(region.name)) found.set(region.name, region);
  return found;
});

/** `protection domain 'x'` or `virtual machine 'x'`, for each address space with its maps. */
export const spaces = once((system) =>
  system.domains.flatMap(({ domain }) => {
    const own = { owner: domain, title: `protection domain '${domain.name}'`, maps: domain.maps, domain };
    const { guest } = domain;
    if (guest === undefined) return [own];
    return [
      own,
      { owner: guest, title: `virtual machine '${guest.name}'`, maps: guest.maps, domain: undefined },
    ];
  }),
);

/**
 * Size of a memory region in bytes: the given size, or that of its file in whole pages. Undefined when it cannot be
 * known.
 */
export function sizeOf(region: MemoryRegion | undefined, { prefill }: CheckContext): number | undefined {
  if (region === undefined) return undefined;
  const { size, prefillPath, prefillBootinfo, pageSize = smallPage } = region.attributes;
  if (size !== undefined) return size;
  if (prefillBootinfo !== undefined) return pageSize;
  try {
    const bytes = prefillPath === undefined ? undefined : prefill?.(prefillPath);
    return bytes === undefined ? undefined : Math.ceil(bytes / pageSize) * pageSize;
  } catch (error) {
    // The check `prefill_file` reports a file that cannot be read.
    if (error instanceof HarnessError) return undefined;
    throw error;
  }
}

/** The maps in an address space whose memory regions have a known size, with their address ranges. */
export function placedMaps(
  system: Description,
  maps: readonly Mapping[],
  context: CheckContext,
): { map: Mapping; range: AddressRange }[] {
  const regions = regionsByName(system);
  return sound(maps).flatMap((map) => {
    const size = sizeOf(regions.get(map.mr), context);
    return size === undefined ? [] : [{ map, range: rangeOf(map.vaddr, size) }];
  });
}

/** The memory regions at fixed physical addresses whose size is known, with their ranges. */
export function placedRegions(
  system: Description,
  context: CheckContext,
): { region: MemoryRegion; range: AddressRange }[] {
  return sound(system.regions).flatMap((region) => {
    const { physAddr } = region.attributes;
    const size = sizeOf(region, context);
    return physAddr === undefined || size === undefined ? [] : [{ region, range: rangeOf(physAddr, size) }];
  });
}
