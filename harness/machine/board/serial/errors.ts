// SPDX-License-Identifier: BSD-2-Clause
/** What a port refuses, and that it is gone, in the same words wherever it is. */
import { HarnessError } from '../../../base/error.js';
import { portAddress } from './address.js';

/** Why a port could not be opened, in one line. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof HarnessError)) return (error as Error).message;
  const { got } = error.detail;
  return got === undefined ? error.message : `${error.message}: ${got}`;
}

/** `last` says why it could not be had when it was tried for the last time. */
export function stayedAway(where: string, seconds: number, last: string): HarnessError {
  return new HarnessError('infrastructure', 'the port vanished and did not come back', {
    where,
    got: `gone for ${seconds.toFixed(1)} s${last === '' ? '' : `; at the end: ${last}`}`,
    wayOut:
      portAddress(where)?.kind === 'device'
        ? "plug the USB adapter in; the kernel's log (dmesg) tells why it went"
        : 'see at the far end whether its server and its adapter are there',
  });
}

const refuses = (what: string) => (where: string, cause: Error) =>
  new HarnessError('infrastructure', what, { where, got: cause.message, cause });

export const rateRefused = refuses('the port does not take this baud rate');
export const noBreak = refuses('the port sends no break');
