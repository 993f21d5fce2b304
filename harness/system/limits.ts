// SPDX-License-Identifier: BSD-2-Clause
/** The limits of a system description on AArch64, from the Microkit manual and the Microkit tool. */
import { largePage, smallPage } from '../base/pages.js';
import { has, type Version } from './versions.js';

export const limits = {
  /** Protection domains in a system. */
  protectionDomains: 63,
  /** The highest id of a channel end, interrupt, child or vCPU: two of the badge's 64 bits are reserved. */
  id: 61,
  /** Only the monitor runs at 255. */
  priority: 254,
  /** Bytes, including the terminating NUL: MICROKIT_PD_NAME_LENGTH of microkit.h. */
  nameBytes: 64,
  /** Bytes of a protection domain's stack. */
  stack: { least: 0x1000, most: 0x100_0000 },
  /** Bytes of a page, smallest first. */
  pageSizes: [smallPage, largePage],
  /** Microseconds. */
  defaultBudget: 1000,
  /** KernelNumDomains of the SDK. */
  securityDomains: 16,
  /** KernelNumDomainSchedules of the SDK, of which the last one stays free. */
  scheduleEntries: 100,
  /** Slots for capabilities in a <cspace>. Slot 0 is reserved. */
  capabilitySlots: 128,
} as const;

export { largePage, smallPage };

/**
 * Whether the IPC buffer of a protection domain is the top page of its address space, with a guard page below.
 * Otherwise libmicrokit's linker script places it.
 */
export function ipcBufferOnTop(version: Version): boolean {
  return has(version, '2.3.0');
}

/** Default size of a protection domain's stack in bytes. */
export function defaultStackSize(version: Version): number {
  return has(version, '2.1.0') ? 0x2000 : 0x1000;
}
