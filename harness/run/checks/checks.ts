// SPDX-License-Identifier: BSD-2-Clause
/** The checks of `run` on the guest's console, in the order in which they run. */
import type { Check } from './check.js';
import { clockCheck } from './clock.js';
import { cpuCheck, kernelCheck, memoryCheck } from './identity.js';
import { timerCheck, uartCheck } from './interrupts.js';
import { poweroffCheck, rebootCheck } from './life.js';

export const checks: readonly Check[] = [
  kernelCheck,
  memoryCheck,
  cpuCheck,
  timerCheck,
  uartCheck,
  clockCheck,
  rebootCheck,
  poweroffCheck,
];
