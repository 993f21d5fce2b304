// SPDX-License-Identifier: BSD-2-Clause
/** Opens the serial port of a lab file by its kind. */
import { HarnessError } from '../../../base/error.js';
import { type PortAddress, portAddress, portForms } from './address.js';
import { openCommand } from './command-port.js';
import { openDevice } from './device-port.js';
import type { Port } from './port.js';
import { openRfc2217 } from './rfc2217-port.js';
import type { LineSettings } from './settings.js';
import { openTcp } from './tcp-port.js';

/** Opens the port of a lab file. Rejects with HarnessError: busy, absent, no permission, not a port. */
export async function openPort(text: string, settings: LineSettings): Promise<Port> {
  const address = portAddress(text);
  if (address === undefined)
    throw new HarnessError('usage', 'this is not a serial port', { where: text, expected: portForms });
  return open(address, text, settings);
}

function open(address: PortAddress, where: string, settings: LineSettings): Promise<Port> {
  switch (address.kind) {
    case 'device':
      return openDevice(address.path, settings);
    case 'tcp':
      return openTcp(address, where, settings);
    case 'rfc2217':
      return openRfc2217(address, where, settings);
    case 'exec':
      return openCommand(address, where, settings);
  }
}
