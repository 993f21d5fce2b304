// SPDX-License-Identifier: BSD-2-Clause
/** Builds the guest for the current protocol. */
import { join } from 'node:path';
import { buildDifferentialGuest, type DifferentialGuest } from '../../guest-builder/differential/build.js';
import { buildRoot } from '../base/paths.js';
import { protocolHeader } from './header.js';

/** Builds the guest in `outDir`. */
export const buildGuest = (outDir = join(buildRoot, 'differential', 'guest')): Promise<DifferentialGuest> =>
  buildDifferentialGuest(outDir, protocolHeader());
