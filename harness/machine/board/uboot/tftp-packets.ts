// SPDX-License-Identifier: BSD-2-Clause
/** TFTP packets, as far as a read-only server needs them (RFC 1350, RFC 2347). */

export const opcodes = { read: 1, write: 2, data: 3, ack: 4, error: 5, optionAck: 6 } as const;
export const errorCodes = { notFound: 1, access: 2, illegal: 4 } as const;

/** Bytes of a block when the client does not request another size. */
const plainBlock = 512;
/** Block sizes that a client may request. RFC 2348 allows larger ones, but no Ethernet frame of U-Boot's is larger. */
const blockRange = [8, 65_464] as const;
/** Blocks that may be in flight at once (RFC 7440). */
const windowRange = [1, 64] as const;
/** Bytes of the longest request: RFC 2347 allows 512. */
const longestRequest = 512;

export interface ReadRequest {
  name: string;
  blockSize: number;
  windowSize: number;
  /** Whether the client requests the size of the file. */
  wantsSize: boolean;
  /** The requested options that are granted, without tsize. */
  granted: ReadonlyMap<string, number>;
}

/** The name of a file in the folder: no separator, nothing hidden, nothing that leads out. */
const plainName = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,200}$/;

const within = (text: string, [least, most]: readonly [number, number]): number | undefined => {
  const value = Number(text);
  return /^\d{1,6}$/.test(text) && value >= least && value <= most ? value : undefined;
};

/** The request in a packet; undefined when it is not a request, or names a file that no folder can have. */
export function readRequest(packet: Buffer): ReadRequest | undefined {
  if (packet.length > longestRequest || packet.at(-1) !== 0) return undefined;
  const [name = '', mode = '', ...rest] = packet.toString('latin1', 2, packet.length - 1).split('\0');
  if (!plainName.test(name) || mode.toLowerCase() !== 'octet') return undefined;
  const options = new Map<string, string>();
  for (let index = 0; index + 1 < rest.length; index += 2)
    options.set((rest[index] ?? '').toLowerCase(), rest[index + 1] ?? '');
  const blockSize = within(options.get('blksize') ?? '', blockRange);
  const windowSize = within(options.get('windowsize') ?? '', windowRange);
  const timeout = within(options.get('timeout') ?? '', [1, 255]);
  const granted = new Map<string, number>();
  if (blockSize !== undefined) granted.set('blksize', blockSize);
  if (windowSize !== undefined) granted.set('windowsize', windowSize);
  if (timeout !== undefined) granted.set('timeout', timeout);
  return {
    name,
    blockSize: blockSize ?? plainBlock,
    windowSize: windowSize ?? 1,
    wantsSize: options.has('tsize'),
    granted,
  };
}

export function errorPacket(code: number, text: string): Buffer {
  return Buffer.concat([Buffer.from([0, opcodes.error, 0, code]), Buffer.from(`${text}\0`)]);
}

export function optionAck(options: ReadonlyMap<string, number>): Buffer {
  const text = [...options].map(([name, value]) => `${name}\0${value}\0`).join('');
  return Buffer.concat([Buffer.from([0, opcodes.optionAck]), Buffer.from(text)]);
}

export function dataPacket(block: number, bytes: Buffer): Buffer {
  const head = Buffer.from([0, opcodes.data, 0, 0]);
  head.writeUInt16BE(block & 0xffff, 2);
  return Buffer.concat([head, bytes]);
}
