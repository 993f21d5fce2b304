// SPDX-License-Identifier: BSD-2-Clause
/** Shows a file in the user's browser. */
import { execa } from 'execa';
import { HarnessError } from '../base/error.js';

/** Throws HarnessError (infrastructure) when no browser can be started. */
export async function openInBrowser(file: string, signal: AbortSignal): Promise<void> {
  const program = process.env.BROWSER || 'xdg-open';
  const { failed, shortMessage, exitCode } = await execa(program, [file], {
    reject: false,
    stdio: 'ignore',
    cancelSignal: signal,
  });
  if (!failed) return;
  throw new HarnessError('infrastructure', 'no browser could be started', {
    expected: 'xdg-open (Debian: xdg-utils), or the program that BROWSER names',
    got: exitCode === undefined ? `${program} is missing` : (shortMessage ?? ''),
    wayOut: `open ${file} in a browser by hand`,
  });
}
