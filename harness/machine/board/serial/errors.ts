// SPDX-License-Identifier: BSD-2-Clause
/** Errors that have the same text for every kind of port: a refused request, a vanished port. */
import { HarnessError } from '../../../base/error.js';
import { portAddress } from './address.js';

/** Why a port could not be opened, in one line. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof HarnessError)) return (error as Error).message;
  const { got } = error.detail;
  return got === undefined ? error.message : `${error.message}: ${got}`;
}

/** `last` is the reason why the last try to open it failed. */
export function stayedAway(where: string, seconds: number, last: string): HarnessError {
  return new HarnessError('infrastructure', 'the port vanished and did not come back', {
    where,
    got: `gone for ${seconds.toFixed(1)} s${last === '' ? '' : `; at the end: ${last}`}`,
    wayOut:
      portAddress(where)?.kind === 'device'
        ? "plug the USB adapter in; the kernel's log (dmesg) tells why it went"
        : 'check the server and the adapter at the far end',
  });
}

const refuses = (what: string) => (where: string, cause: Error) =>
  new HarnessError('infrastructure', what, { where, got: cause.message, cause });

export const rateRefused = refuses('the port does not support this baud rate');
export const noBreak = refuses('the port cannot send a break');
