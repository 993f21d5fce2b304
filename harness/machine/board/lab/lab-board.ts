// SPDX-License-Identifier: BSD-2-Clause
/** Everything that a run needs to know about a board on the desk. */
import type { Board } from '../../../../boards/board.js';
import type { LabgridSettings } from '../labgrid/client.js';
import type { LockCommands } from '../lock.js';
import type { LineSettings } from '../serial/settings.js';
import type { UBootSettings } from '../uboot/settings.js';
import type { BoardNetwork } from '../uboot/tftp.js';

/** All times in milliseconds. */
interface LabPower {
  cycle?: string | undefined;
  on?: string | undefined;
  off?: string | undefined;
  pause: number;
  limit: number;
  person: boolean;
  wait: number;
}

interface LabUpload {
  by: 'tftp' | 'ymodem' | 'fastboot' | 'command';
  network: BoardNetwork;
  baud: number | undefined;
  silence: number;
  command: string | undefined;
  before: string | undefined;
  tool: 'fastboot' | 'uuu';
  gadget: string;
  device: string | undefined;
  start: boolean;
  limit: number;
}

export interface LabTftp {
  root: string | undefined;
  server: string | undefined;
  listen: string | undefined;
  port: number | undefined;
}

/** One board on the desk. */
export interface LabBoard {
  /** The user's name for it. */
  name: string;
  board: Board;
  /** Other boards of its kind, any of which will do: a run uses the first free one. */
  others?: readonly LabBoard[];
  /** `lab.toml:3`, for errors about it. */
  where: string;
  virtual: boolean;
  /** Whether a virtual board's network reaches this machine's network. */
  openNetwork: boolean;
  /** Shell command that starts an image and is the board's line until it ends; there is no port then. */
  run: string | undefined;
  /** Empty when a labgrid place or `run` provides it. */
  port: string;
  labgrid: LabgridSettings | undefined;
  lock: LockCommands | undefined;
  line: LineSettings;
  tries: number;
  power: LabPower;
  uboot: UBootSettings;
  /** Shell command that loads U-Boot itself. */
  load: string | undefined;
  upload: LabUpload;
  tftp: LabTftp;
}

export type Lab = ReadonlyMap<string, LabBoard>;
