// SPDX-License-Identifier: BSD-2-Clause
/** The one JSON document that a command prints with `--json`, also when it fails; docs/versions.md has its shape. */
import type { HarnessError } from '../base/error.js';

/** Counts up when a field of any command goes, or changes its meaning. */
const jsonVersion = 1;

const document = (data: object): string => JSON.stringify(data, undefined, 2);

/** What a command found. */
export const jsonResult = (command: string, data: object): string =>
  document({ version: jsonVersion, command, ...data });

/** Why a command found nothing. `exitCode` is that of the program. */
export function jsonError(command: string, error: HarnessError | Error, exitCode: number): string {
  const { message } = error;
  const known =
    'fault' in error ? { fault: error.fault, message, ...error.detail } : { fault: 'harness', message };
  return document({ version: jsonVersion, command, exitCode, error: { ...known, cause: undefined } });
}
