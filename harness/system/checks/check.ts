// SPDX-License-Identifier: BSD-2-Clause
/** What a check is, and what it may know. */

import type { AddressRange } from '../../base/ranges.js';
import { nearest } from '../../base/spelling.js';
import type { OtherArchitecture } from '../architectures.js';
import type { Description } from '../description.js';
import type { Element } from '../element.js';
import type { ElfFile } from '../elf.js';
import type { Mistake } from '../mistake.js';
import type { Version } from '../versions.js';

/** A range and what lies there. */
export interface NamedRange {
  range: AddressRange;
  what: string;
}

/** What checks know of a board; without it those that need it are left out. */
export interface BoardFacts {
  name: string;
  /** RAM that systems may use. */
  memory: AddressRange[];
  /** Physical addresses end below it. */
  physicalTop: number;
  /** Frames that the kernel keeps to itself. */
  kernelFrames: NamedRange[];
  /** Device frames that are known as such. */
  devices: NamedRange[];
  /** The frame of the GIC distributor, where it is known. */
  distributor: AddressRange | undefined;
  /** Interrupts that the kernel keeps to itself. */
  kernelInterrupts: { intid: number; what: string }[];
  /** The highest INTID that may be asked for. */
  lastIntid: number;
  /** The least budget and period that the kernel takes, in microseconds. */
  leastBudget: number;
  /** Whether its kernel forwards secure monitor calls. */
  smc: boolean;
  /** Cores that the kernel runs on. */
  cores: number;
}

export interface CheckContext {
  /** What the description is for, when that is not AArch64: numbers are then not compared with AArch64's. */
  architecture?: OtherArchitecture | undefined;
  /** Addresses in protection domains and virtual machines lie below it. */
  addressTop: number;
  board?: BoardFacts | undefined;
  /** The ELF file that a description names; throws HarnessError. Without it the checks of programs are left out. */
  program?: ((path: string, symbols?: string) => ElfFile) | undefined;
  /** Bytes of a file that a memory region is filled with; throws HarnessError. */
  prefill?: ((path: string) => number) | undefined;
  /** RAM that the device trees of guests promise, by the names of their virtual machines. */
  guestMemory?: ReadonlyMap<string, GuestMemory> | undefined;
}

/** What a guest's device tree says of its RAM. */
export interface GuestMemory {
  /** The file. */
  tree: string;
  ranges: AddressRange[];
}

/**
 * Reports a mistake at an element, or at one of its attributes by its XML name. A detail that takes long to find is given as a
 * function, which is called only while mistakes are shown.
 */
export type Say = (
  at: { element: Element; attribute?: string },
  what: string,
  detail?: Mistake['detail'] | (() => Mistake['detail']),
  severity?: Mistake['severity'],
) => void;

/** Names for `expected:`, the first of many. */
export function listOf(names: Iterable<string>): string {
  const all = [...names];
  const shown = all.slice(0, 20).join(', ');
  return all.length > 20 ? `${shown} and ${all.length - 20} more` : shown;
}

/** The way out when a name is nearly that of something that is there. */
export function didYouMean(name: string, names: Iterable<string>): Mistake['detail'] {
  const near = nearest(name, names);
  return near === undefined ? {} : { wayOut: `did you mean '${near}'?` };
}

export interface Check {
  /** What it refuses. */
  about: string;
  /**
   * When it would show without us: the Microkit tool refuses it too, the system does not boot, or something is wrong
   * later and maybe never noticed.
   */
  shows: 'tool' | 'boot' | 'later';
  /** The version in which it became a mistake; the first one when not given. */
  since?: Version;
  severity?: 'warning';
  /** It compares with what only AArch64 has. */
  aarch64?: true;
  run(system: Description, say: Say, context: CheckContext): void;
}
