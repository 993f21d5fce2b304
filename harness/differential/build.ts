// SPDX-License-Identifier: BSD-2-Clause
/** The guest, built from the protocol as it is. */
import { join } from 'node:path';
import { buildDifferentialGuest, type DifferentialGuest } from '../../guest-builder/differential/build.js';
import { buildRoot } from '../base/paths.js';
import { protocolHeader } from './header.js';

/** The guest, in the folder of everything that is built unless another is given. */
export const buildGuest = (outDir = join(buildRoot, 'differential', 'guest')): Promise<DifferentialGuest> =>
  buildDifferentialGuest(outDir, protocolHeader());
