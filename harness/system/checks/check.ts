// SPDX-License-Identifier: BSD-2-Clause
/** The interface of a check, and the facts that it may use. */

import type { AddressRange } from '../../base/ranges.js';
import { nearest } from '../../base/spelling.js';
import type { OtherArchitecture } from '../architectures.js';
import type { Description } from '../description.js';
import type { Element } from '../element.js';
import type { ElfFile } from '../elf.js';
import type { Mistake } from '../mistake.js';
import type { Version } from '../versions.js';

/** A range and its name. */
export interface NamedRange {
  range: AddressRange;
  what: string;
}

/** Facts about a board. Without them the checks that need them are left out. */
export interface BoardFacts {
  name: string;
  /** RAM that systems may use. */
  memory: AddressRange[];
  /** The end of physical memory: addresses are below it. */
  physicalTop: number;
  /** Frames that the kernel reserves for itself. */
  kernelFrames: NamedRange[];
  /** Known device frames. */
  devices: NamedRange[];
  /** The frame of the GIC distributor, if it is known. */
  distributor: AddressRange | undefined;
  /** Interrupts that the kernel reserves for itself. */
  kernelInterrupts: { intid: number; what: string }[];
  /** The highest INTID that a system may use. */
  lastIntid: number;
  /** The shortest budget and period that the kernel accepts, in microseconds. */
  leastBudget: number;
  /** Whether the board's kernel forwards secure monitor calls. */
  smc: boolean;
  /** Number of cores that the kernel runs on. */
  cores: number;
}

export interface CheckContext {
  /** The description's architecture if it is not AArch64: numbers are then not compared with AArch64's. */
  architecture?: OtherArchitecture | undefined;
  /** The end of the address spaces of protection domains and virtual machines: addresses are below it. */
  addressTop: number;
  board?: BoardFacts | undefined;
  /**
   * Reads the ELF file that a description names; throws HarnessError. Without it the checks of programs are left out.
   */
  program?: ((path: string, symbols?: string) => ElfFile) | undefined;
  /** The size in bytes of a file with which a memory region is filled; throws HarnessError. */
  prefill?: ((path: string) => number) | undefined;
  /** The RAM that the device trees of guests declare, by the names of their virtual machines. */
  guestMemory?: ReadonlyMap<string, GuestMemory> | undefined;
}

/** The RAM that a guest's device tree declares. */
interface GuestMemory {
  /** The file of the device tree. */
  tree: string;
  ranges: AddressRange[];
}

/**
 * Reports a mistake at an element, or at one of its attributes by its XML name. An expensive detail is given as a
 * function, which is called only while mistakes are still shown.
 */
export type Report = (
  at: { element: Element; attribute?: string },
  what: string,
  detail?: Mistake['detail'] | (() => Mistake['detail']),
  severity?: Mistake['severity'],
) => void;

/** A list of names for `expected:`, cut after the first few. */
export function listOf(names: Iterable<string>): string {
  const all = [...names];
  const shown = all.slice(0, 20).join(', ');
  return all.length > 20 ? `${shown} and ${all.length - 20} more` : shown;
}

/** The way out when a name is close to an existing one. */
export function didYouMean(name: string, names: Iterable<string>): Mistake['detail'] {
  const near = nearest(name, names);
  return near === undefined ? {} : { wayOut: `did you mean '${near}'?` };
}

export interface Check {
  /** What the check refuses. */
  about: string;
  /**
   * How the mistake would show without this check: the Microkit tool refuses it too, the system does not boot, or
   * something goes wrong later and may never be noticed.
   */
  shows: 'tool' | 'boot' | 'later';
  /** The version in which it became a mistake; the first one by default. */
  since?: Version;
  severity?: 'warning';
  /** Set for a check that compares with something that only AArch64 has. */
  aarch64?: true;
  run(system: Description, report: Report, context: CheckContext): void;
}
