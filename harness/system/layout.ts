// SPDX-License-Identifier: BSD-2-Clause
/** The parts of a protection domain's address space that Microkit adds. */
import { type AddressRange, rangeOf } from '../base/ranges.js';
import type { Description } from './description.js';
import { ipcBufferOnTop, smallPage } from './limits.js';
import type { ProtectionDomain } from './nodes.js';

export interface DomainTop {
  stack: AddressRange;
  /** Undefined when libmicrokit's linker script places it: see `ipcBufferOnTop`. */
  ipcBuffer: AddressRange | undefined;
}

/** The top of a protection domain's address space, which ends at `addressTop`. Maps must end below its stack. */
export function domainTop(system: Description, domain: ProtectionDomain, addressTop: number): DomainTop {
  const size = system.stackSize(domain);
  if (!ipcBufferOnTop(system.microkit))
    return { stack: rangeOf(addressTop - size, size), ipcBuffer: undefined };
  const ipcBuffer = rangeOf(addressTop - smallPage, smallPage);
  return { stack: rangeOf(ipcBuffer.base - smallPage - size, size), ipcBuffer };
}
