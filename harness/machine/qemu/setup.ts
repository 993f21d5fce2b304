// SPDX-License-Identifier: BSD-2-Clause
/** What a machine of QEMU's is made of. */
import type { Board } from '../../../boards/board.js';
import type { SnapshotRequest } from '../machine.js';
import type { Marker } from '../markers.js';
import type { Qemu } from './program.js';

/** A machine of QEMU's, and the image that it runs. */
export interface QemuSetup {
  board: Board;
  image: string;
  qemu: Pick<Qemu, 'program' | 'env'>;
  /** QEMU itself starts the image, as a kernel of Linux's with the device tree of the machine. */
  asKernel?: boolean;
  /** More arguments, after the board's. */
  more?: readonly string[];
  /** Lines that end every wait; those of {@link deadMarkers} when not given. */
  markers?: readonly Marker[];
  /** Where the console is logged. Without one its bytes are left to whoever takes the stream. */
  folder?: string;
  signal?: AbortSignal | undefined;
  snapshot?: SnapshotRequest | undefined;
}
