// SPDX-License-Identifier: BSD-2-Clause
/** Whether anything can be built where everything is built: refused before the work begins. */
import { requireFolderFor } from './disk.js';
import { buildRoot, buildVariable } from './paths.js';
import { requirePlain } from './run-tool.js';

/** Throws HarnessError when make cannot be given the folder (usage), or nothing can be written there (infrastructure). */
export function requireBuildRoot(): void {
  requirePlain(buildRoot);
  requireFolderFor(buildRoot, `set ${buildVariable}, or --build-dir, to another folder`);
}
