// SPDX-License-Identifier: BSD-2-Clause
/** Known differences: they are legal, or faults of the bare machine. Each has its reason and a source. */
import { ofBorders } from './borders.js';
import type { Known } from './context.js';
import { ofEmulation } from './emulation.js';
import { ofFirmware } from './firmware.js';
import { ofInterrupts } from './interrupts.js';
import { ofMachines } from './machines.js';

export const knownDifferences: readonly Known[] = [
  ...ofEmulation,
  ...ofMachines,
  ...ofFirmware,
  ...ofInterrupts,
  ...ofBorders,
];
