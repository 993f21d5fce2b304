// SPDX-License-Identifier: BSD-2-Clause
/** The address of a serial port: a device of this machine, a serial server, or the far end of a command. */
import { createHash } from 'node:crypto';

export interface NetAddress {
  kind: 'tcp' | 'rfc2217';
  host: string;
  port: number;
}

export interface CommandAddress {
  kind: 'exec';
  /** Run by /bin/sh. Its stdin and stdout are the line. */
  command: string;
}

export type PortAddress = { kind: 'device'; path: string } | NetAddress | CommandAddress;

/** The forms of `port`, for errors. */
export const portForms = 'a device, tcp:HOST:PORT, rfc2217://HOST:PORT, or exec:COMMAND';

const net = /^(tcp|rfc2217):(?:\/\/)?(\[[\da-fA-F:.]+\]|[^\s:/[\]]+):(\d{1,5})$/;
const scheme = /^[a-z][a-z\d+-]*:/;

/** Parses the `port` of a lab file; undefined when it has none of these forms. */
export function portAddress(text: string): PortAddress | undefined {
  const command = /^exec:\s*(\S[\s\S]*)$/.exec(text)?.[1];
  if (command !== undefined) return { kind: 'exec', command };
  const [, kind, host = '', number = ''] = net.exec(text) ?? [];
  const port = Number(number);
  if (kind !== undefined && port >= 1 && port <= 65_535)
    return { kind: kind as NetAddress['kind'], host: host.replace(/^\[|\]$/g, ''), port };
  return scheme.test(text) ? undefined : { kind: 'device', path: text };
}

/** The name of the lock file of a remote port. It is the same for every way to one server's port. */
export function leaseName(address: Exclude<PortAddress, { kind: 'device' }>): string {
  if (address.kind === 'exec')
    return `exec_${createHash('sha256').update(address.command).digest('hex').slice(0, 16)}`;
  return `net_${address.host.replace(/[^\w.-]/g, '_')}_${address.port}`;
}
