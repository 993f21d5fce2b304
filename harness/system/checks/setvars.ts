// SPDX-License-Identifier: BSD-2-Clause
/** Variables of a program that the tool sets: Microkit manual, "setvar" and "map". */
import type { Element } from '../element.js';
import type { ProtectionDomain } from '../nodes.js';
import { type Check, placeOf, repeated, sound } from './check.js';

/** Which attribute of which element names a symbol. */
export interface SymbolUse {
  symbol: string;
  element: Element;
  attribute: string;
}

/** Every symbol of a protection domain's program that its description sets, in the order of the description. */
export function symbolUses(domain: ProtectionDomain): SymbolUse[] {
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
  return found;
}

const twice: Check = {
  about: 'a symbol of a program that is set twice',
  by: 'microkit',
  run(system, say) {
    for (const { domain } of system.domains) {
      for (const { item, first } of repeated(symbolUses(domain), ({ symbol }) => symbol)) {
        const { element, attribute, symbol } = item;
        say({ element, attribute }, `symbol '${symbol}' of protection domain '${domain.name}' is set twice`, {
          got: `it is also set at ${placeOf(first.element, first.attribute)}`,
          wayOut: 'give each value a symbol of its own',
        });
      }
    }
  },
};

export const setvarChecks = { setvar_twice: twice };
