// SPDX-License-Identifier: BSD-2-Clause
/** The parts of a QEMU machine. */
import type { Board } from '../../../boards/board.js';
import type { SerialPort, SnapshotRequest } from '../machine.js';
import type { Marker } from '../markers.js';
import type { Qemu } from './program.js';

/** A QEMU machine and the image that it runs. */
export interface QemuSetup {
  board: Board;
  image: string;
  qemu: Pick<Qemu, 'program' | 'env'>;
  /** Whether QEMU itself starts the image, as a Linux kernel with the machine's device tree. */
  asKernel?: boolean;
  /** Further arguments, after the board's. */
  more?: readonly string[];
  /** Lines that end every wait; by default {@link deadMarkers}. */
  markers?: readonly Marker[];
  /** Folder for the console's log. Without it the bytes are left to the stream's reader. */
  folder?: string;
  /** Whether that log continues the log of a machine that ran before. */
  append?: boolean;
  signal?: AbortSignal | undefined;
  snapshot?: SnapshotRequest | undefined;
  /** Serial ports beside the console's. */
  ports?: readonly SerialPort[] | undefined;
}
