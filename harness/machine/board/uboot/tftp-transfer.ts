// SPDX-License-Identifier: BSD-2-Clause
/** Sends one file to one client, block by block. Unacknowledged blocks are sent again, for a while. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { dataPacket, opcodes, optionAck, type ReadRequest } from './tftp-packets.js';

export interface OfferedFile {
  handle: FileHandle;
  size: number;
}

/** The regular file with that name in the folder; undefined for anything else: a link, a FIFO, nothing. */
export async function openOffered(root: string, name: string): Promise<OfferedFile | undefined> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const handle = await open(join(root, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => undefined);
  if (handle === undefined) return undefined;
  const stat = await handle.stat();
  if (stat.isFile()) return { handle, size: stat.size };
  await handle.close();
  return undefined;
}

/** Milliseconds without an acknowledgement after which the window is sent again, and how many times. */
const patience = 1_000;
const repeats = 10;

export class TftpTransfer {
  /** Resolves, never rejects, when the client has everything or was given up. */
  readonly done: Promise<void>;
  readonly #file: OfferedFile;
  readonly #request: ReadRequest;
  readonly #socket: Socket;
  readonly #peer: RemoteInfo;
  #finish = () => {};
  #timer: NodeJS.Timeout | undefined;
  #tries = 0;
  /** The last acknowledged block; blocks count from 1. -1 until the options are acknowledged. */
  #acknowledged: number;
  /** Sends one window after the other. */
  #sending: Promise<void> = Promise.resolve();

  constructor(file: OfferedFile, request: ReadRequest, at: { address: string; peer: RemoteInfo }) {
    this.#file = file;
    this.#request = request;
    this.#peer = at.peer;
    this.#acknowledged = this.#options().size > 0 ? -1 : 0;
    this.done = new Promise((resolve) => {
      this.#finish = resolve;
    });
    this.#socket = createSocket('udp4');
    this.#socket.on('error', () => void this.end());
    this.#socket.on('message', (packet, from) => {
      if (from.address === this.#peer.address && from.port === this.#peer.port) this.#receive(packet);
    });
    this.#socket.bind({ address: at.address, port: 0 }, () => this.#send());
  }

  async end(): Promise<void> {
    clearTimeout(this.#timer);
    this.#tries = Number.POSITIVE_INFINITY;
    await this.#sending;
    await this.#file.handle.close().catch(() => {});
    try {
      this.#socket.close();
    } catch {
      // It is closed already.
    }
    this.#finish();
  }

  /** The granted options. Without any, the first block is the answer. */
  #options(): ReadonlyMap<string, number> {
    const { granted, wantsSize } = this.#request;
    return wantsSize ? new Map([...granted, ['tsize', this.#file.size]]) : granted;
  }

  /** The last block is the first that is not full. A file of whole blocks ends with an empty one. */
  get #lastBlock(): number {
    return Math.floor(this.#file.size / this.#request.blockSize) + 1;
  }

  #receive(packet: Buffer): void {
    if (packet.length < 4) return;
    const opcode = packet.readUInt16BE(0);
    if (opcode === opcodes.error) void this.end();
    if (opcode !== opcodes.ack) return;
    // Numbers have 16 bits: this is the next block within a window that has this number.
    const first = Math.max(this.#acknowledged, 0);
    const ahead = (packet.readUInt16BE(2) - first) & 0xffff;
    if (ahead > this.#request.windowSize) return;
    const isNews = ahead > 0 || this.#acknowledged < 0;
    if (!isNews) return;
    this.#acknowledged = first + ahead;
    this.#tries = 0;
    if (this.#acknowledged >= this.#lastBlock) void this.end();
    else this.#send();
  }

  #send(): void {
    clearTimeout(this.#timer);
    if (this.#tries > repeats) {
      void this.end();
      return;
    }
    this.#tries += 1;
    this.#timer = setTimeout(() => this.#send(), patience);
    this.#sending = this.#sending.then(() => this.#window()).catch(() => {});
  }

  async #window(): Promise<void> {
    const { address, port } = this.#peer;
    const put = (packet: Buffer) => this.#socket.send(packet, port, address, () => {});
    if (this.#acknowledged < 0) {
      put(optionAck(this.#options()));
      return;
    }
    const { blockSize, windowSize } = this.#request;
    const first = this.#acknowledged + 1;
    const last = Math.min(first + windowSize - 1, this.#lastBlock);
    const bytes = Buffer.alloc((last - first + 1) * blockSize);
    const from = (first - 1) * blockSize;
    const { bytesRead } = await this.#file.handle.read(bytes, 0, bytes.length, from);
    for (let block = first; block <= last; block += 1) {
      const at = (block - first) * blockSize;
      put(dataPacket(block, bytes.subarray(at, Math.max(at, Math.min(at + blockSize, bytesRead)))));
    }
  }
}
