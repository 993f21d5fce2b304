// SPDX-License-Identifier: BSD-2-Clause
/** Where Microkit puts what it adds to the address space of a protection domain. */
import { type AddressRange, rangeOf } from './checks/check.js';
import type { Description } from './description.js';
import { smallPage } from './limits.js';
import type { ProtectionDomain } from './nodes.js';
import { has } from './versions.js';

export interface DomainTop {
  stack: AddressRange;
  /** At the very top, above a guard page, since 2.3.0; before that libmicrokit's linker script places it. */
  ipcBuffer: AddressRange | undefined;
}

/** The top of a protection domain's address space, which ends at `addressTop`: maps must end below its stack. */
export function domainTop(system: Description, domain: ProtectionDomain, addressTop: number): DomainTop {
  const size = system.stackSize(domain);
  if (!has(system.microkit, '2.3.0'))
    return { stack: rangeOf(addressTop - size, size), ipcBuffer: undefined };
  const ipcBuffer = rangeOf(addressTop - smallPage, smallPage);
  return { stack: rangeOf(ipcBuffer.base - smallPage - size, size), ipcBuffer };
}
