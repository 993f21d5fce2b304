// SPDX-License-Identifier: BSD-2-Clause
/** One TFTP server for all boards of a desk: two would want the same port. */
import { mkdir, rm } from 'node:fs/promises';
import type { LabBoard } from './lab/lab-board.js';
import type { TftpService } from './uboot/tftp.js';
import { startTftpServer, tftpPort } from './uboot/tftp-server.js';

export interface SharedTftp {
  /** Undefined when no board needs one of ours. */
  service: TftpService | undefined;
  close(): Promise<void>;
}

/** Starts the server that the lab file describes, when a board is to fetch from it; its files lie in `root`. */
export async function sharedTftp(entries: readonly LabBoard[], root: string): Promise<SharedTftp> {
  const entry = entries.find(({ virtual, upload, tftp }) => !virtual && upload.by === 'tftp' && tftp.listen);
  if (entry?.tftp.listen === undefined) return { service: undefined, close: async () => {} };
  const { listen, server, port } = entry.tftp;
  await mkdir(root, { recursive: true });
  const running = await startTftpServer({ root, address: listen, port: port ?? tftpPort });
  const close = async () => {
    await running.close();
    await rm(root, { recursive: true, force: true });
  };
  return { service: { root, server: server ?? listen, port }, close };
}
