// SPDX-License-Identifier: BSD-2-Clause
/** The JSON files of a run folder, which later versions and other programs read: docs/versions.md. */

/**
 * Increases when a field of verdict.json or report.json is removed or changes its meaning. Files without it are of
 * version 1.
 */
export const runFileVersion = 1;

/** The text of such a file, with a final newline. */
export const runFile = (data: object): string =>
  `${JSON.stringify({ version: runFileVersion, ...data }, undefined, 2)}\n`;
