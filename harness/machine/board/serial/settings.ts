// SPDX-License-Identifier: BSD-2-Clause
/** The settings of a serial line. */

export interface LineSettings {
  /** Bits per second. */
  baud: number;
  dataBits: 7 | 8;
  parity: 'none' | 'even' | 'odd';
  stopBits: 1 | 2;
  flowControl: 'none' | 'rtscts' | 'xonxoff';
  /** Milliseconds to wait after each typed character, for boards that drop input. Transfers are not slowed down. */
  characterDelay: number;
}

/** The settings of almost every board: U-Boot leaves 115200 8N1 to whatever it starts. */
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

/**
 * The most bytes per second that the line carries. A byte is framed by a start bit, a parity bit if any, and stop bits.
 */
export function bytesPerSecond({ baud, dataBits, parity, stopBits }: LineSettings): number {
  return baud / (1 + dataBits + (parity === 'none' ? 0 : 1) + stopBits);
}
