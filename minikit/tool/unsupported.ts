// SPDX-License-Identifier: BSD-2-Clause
/** Microkit features that minikit lacks: refused by name, or done on one core with a warning. */
import type { Description } from '../../harness/system/description.js';
import type { Element } from '../../harness/system/element.js';
import type { Mistake } from '../../harness/system/mistake.js';

interface Place {
  element: Element;
  attribute?: string;
}

interface UnsupportedFeature {
  /** Element or attribute, as the user has written it. */
  word: string;
  /** Why minikit does not support it. */
  reason: string;
  uses(system: Description): Place[];
}

/** Elements that have an attribute. */
function having(elements: readonly Element[], attribute: string, key: string): Place[] {
  const given = elements.filter(
    ({ attributes }) => (attributes as Record<string, unknown>)[key] !== undefined,
  );
  return given.map((element) => ({ element, attribute }));
}

const domainsOf = (system: Description) => system.domains.map(({ domain }) => domain);

/** The README has the same texts in a table. */
export const unsupportedFeatures: readonly UnsupportedFeature[] = [
  {
    word: '<domains>',
    reason: 'minikit has no domain scheduler',
    uses: (system) => system.all('domains').map((element) => ({ element })),
  },
  {
    word: 'domain=',
    reason: 'minikit has no domain scheduler',
    uses: (system) => having(domainsOf(system), 'domain', 'domain'),
  },
  {
    word: '<cspace>',
    reason: 'minikit gives no capabilities of one protection domain to another',
    uses: (system) =>
      domainsOf(system).flatMap((domain) => domain.all('cspace').map((element) => ({ element }))),
  },
  {
    word: 'prefill_bootinfo=',
    reason: 'minikit has no boot information',
    uses: (system) => having(system.regions, 'prefill_bootinfo', 'prefillBootinfo'),
  },
];

/** A mistake for each use of an unsupported feature. */
export function unsupported(system: Description): Mistake[] {
  return unsupportedFeatures.flatMap(({ word, reason, uses }) =>
    uses(system).map(({ element, attribute }) => ({
      check: 'minikit',
      severity: 'error' as const,
      what: `${word}: ${reason}`,
      place: element.origin.place(attribute),
      detail: { wayOut: 'build it with a Microkit SDK' },
    })),
  );
}

/** A warning for each protection domain and vCPU that is assigned to a core other than 0. */
export function onOneCore(system: Description): Mistake[] {
  const elements = domainsOf(system).flatMap((domain): Element[] => [domain, ...(domain.guest?.vcpus ?? [])]);
  return having(elements, 'cpu', 'cpu')
    .filter(({ element }) => (element.attributes as { cpu?: number }).cpu !== 0)
    .map(({ element }) => ({
      check: 'minikit',
      severity: 'warning' as const,
      what: 'minikit runs on one core: core 0 is taken',
      place: element.origin.place('cpu'),
      detail: { got: `cpu="${(element.attributes as { cpu?: number }).cpu}"` },
    }));
}
