// SPDX-License-Identifier: BSD-2-Clause
/**
 * The one JSON document that a command prints with `--json`, also when it fails. docs/versions.md describes its shape.
 */
import type { HarnessError } from '../base/error.js';

/** Increases when a field of any command is removed or changes its meaning. */
const jsonVersion = 1;

const document = (data: object): string => JSON.stringify(data, undefined, 2);

/** The result of a command. */
export const jsonResult = (command: string, data: object): string =>
  document({ version: jsonVersion, command, ...data });

/** Why a command has no result. `exitCode` is that of the program. */
export function jsonError(command: string, error: HarnessError | Error, exitCode: number): string {
  const { message } = error;
  const known =
    'fault' in error ? { fault: error.fault, message, ...error.detail } : { fault: 'harness', message };
  return document({ version: jsonVersion, command, exitCode, error: { ...known, cause: undefined } });
}
