// SPDX-License-Identifier: BSD-2-Clause
import { fileURLToPath } from 'node:url';

/** The program, as node runs it. */
export const cli = fileURLToPath(new URL('../../cli/main.js', import.meta.url));
