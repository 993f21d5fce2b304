// SPDX-License-Identifier: BSD-2-Clause
/**
 * A TFTP server for one run (RFC 1350 with the options of RFC 2347 to 2349 and 7440). It is read-only: there is no code
 * that writes, whoever on the boards' network requests it. It serves the regular files of one folder and follows no
 * links.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { HarnessError } from '../../../base/error.js';
import { errorCodes, errorPacket, opcodes, type ReadRequest, readRequest } from './tftp-packets.js';
import { openOffered, TftpTransfer } from './tftp-transfer.js';

export const tftpPort = 69;

export interface TftpServerOptions {
  root: string;
  /** The address on which it listens. */
  address: string;
  port: number;
}

export interface TftpServer {
  close(): Promise<void>;
}

/** Concurrent transfers. A flood of requests beyond them is ignored. */
const mostTransfers = 32;

/** Starts the server. Rejects with HarnessError (infrastructure) when the port is unavailable. */
export async function startTftpServer(options: TftpServerOptions): Promise<TftpServer> {
  const { root, address, port } = options;
  const transfers = new Set<TftpTransfer>();
  const socket = createSocket('udp4');
  await bound(socket, options);
  socket.on('message', (packet, peer) => {
    const opcode = packet.length >= 2 ? packet.readUInt16BE(0) : 0;
    const refuse = (code: number, text: string) =>
      socket.send(errorPacket(code, text), peer.port, peer.address, () => {});
    if (opcode === opcodes.write) refuse(errorCodes.access, 'this server is read-only');
    if (opcode !== opcodes.read) return;
    const request = readRequest(packet);
    if (request === undefined) refuse(errorCodes.illegal, 'this is not a request for a file in octet mode');
    else if (transfers.size < mostTransfers) void serve(request, peer, refuse);
  });
  // A packet that cannot be sent is requested again.
  socket.on('error', () => {});

  const serve = async (
    request: ReadRequest,
    peer: RemoteInfo,
    refuse: (code: number, text: string) => void,
  ) => {
    const file = await openOffered(root, request.name);
    if (file === undefined) {
      refuse(errorCodes.notFound, 'the file does not exist');
      return;
    }
    const transfer = new TftpTransfer(file, request, { address, peer });
    transfers.add(transfer);
    await transfer.done;
    transfers.delete(transfer);
  };
  return {
    async close() {
      await new Promise<void>((resolve) => socket.close(() => resolve()));
      await Promise.all([...transfers].map((transfer) => transfer.end()));
    },
  };

  function bound(listening: Socket, { address: at }: TftpServerOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      listening.once('error', (error: NodeJS.ErrnoException) => reject(notStarted(`${at}:${port}`, error)));
      listening.bind({ address: at, port, exclusive: true }, () => {
        listening.removeAllListeners('error');
        resolve();
      });
    });
  }
}

function notStarted(where: string, error: NodeJS.ErrnoException): HarnessError {
  const other = 'name a running server with `root` and `server` in the lab file';
  const waysOut: Readonly<Record<string, string>> = {
    EACCES: `ports below 1024 are for root; sudo sysctl net.ipv4.ip_unprivileged_port_start=69 opens them, or ${other}`,
    EADDRINUSE: `another TFTP server is using the port: ${other}`,
    EADDRNOTAVAIL: 'set `listen` to an address of this machine: ip addr',
  };
  return new HarnessError('infrastructure', 'the TFTP server does not start', {
    where,
    got: error.message,
    wayOut: waysOut[error.code ?? ''] ?? other,
    cause: error,
  });
}
