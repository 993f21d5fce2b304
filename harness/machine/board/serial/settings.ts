// SPDX-License-Identifier: BSD-2-Clause
/** How a serial line is set. */

export interface LineSettings {
  /** Bits a second. */
  baud: number;
  dataBits: 7 | 8;
  parity: 'none' | 'even' | 'odd';
  stopBits: 1 | 2;
  flowControl: 'none' | 'rtscts' | 'xonxoff';
  /** Milliseconds after each character that is typed, for boards that drop input; transfers are not slowed by it. */
  characterDelay: number;
}

/** What almost every board has: U-Boot leaves 115200 8N1 to whatever it starts. */
export const defaultSettings: LineSettings = {
  baud: 115_200,
  dataBits: 8,
  parity: 'none',
  stopBits: 1,
  flowControl: 'none',
  characterDelay: 0,
};

/** `115200 8N1`. */
export function settingsText({ baud, dataBits, parity, stopBits }: LineSettings): string {
  return `${baud} ${dataBits}${parity.slice(0, 1).toUpperCase()}${stopBits}`;
}

/** Bytes a second that the line carries at most: a byte is framed by a start bit, a parity bit if any, stop bits. */
export function bytesPerSecond({ baud, dataBits, parity, stopBits }: LineSettings): number {
  return baud / (1 + dataBits + (parity === 'none' ? 0 : 1) + stopBits);
}
