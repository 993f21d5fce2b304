// SPDX-License-Identifier: BSD-2-Clause
/** One TFTP server for all boards of a desk, because two would need the same port. */
import { rm } from 'node:fs/promises';
import { makeFolder } from '../../base/disk.js';
import type { LabBoard } from './lab/lab-board.js';
import type { TftpService } from './uboot/tftp.js';
import { startTftpServer, tftpPort } from './uboot/tftp-server.js';

export interface SharedTftp {
  /** Undefined when no board needs a server of the harness. */
  service: TftpService | undefined;
  close(): Promise<void>;
}

/** Starts the server that the lab file describes if a board will fetch from it. Its files are in `root`. */
export async function sharedTftp(entries: readonly LabBoard[], root: string): Promise<SharedTftp> {
  const entry = entries.find(({ virtual, upload, tftp }) => !virtual && upload.by === 'tftp' && tftp.listen);
  if (entry?.tftp.listen === undefined) return { service: undefined, close: async () => {} };
  const { listen, server, port } = entry.tftp;
  makeFolder(root);
  const running = await startTftpServer({ root, address: listen, port: port ?? tftpPort });
  const close = async () => {
    await running.close();
    await rm(root, { recursive: true, force: true });
  };
  return { service: { root, server: server ?? listen, port }, close };
}
