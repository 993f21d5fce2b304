// SPDX-License-Identifier: BSD-2-Clause
import { fileURLToPath } from 'node:url';

/** The program, as node runs it. */
export const cli = fileURLToPath(new URL('../../cli/vmm-harness.cjs', import.meta.url));
