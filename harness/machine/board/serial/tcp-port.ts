// SPDX-License-Identifier: BSD-2-Clause
/** Serial ports behind TCP: a server that passes bytes as they are, at the rate that it was set to. */
import { connect, type Socket } from 'node:net';
import { HarnessError } from '../../../base/error.js';
import { orInterrupted } from '../../../base/interrupt.js';
import type { NetAddress } from './address.js';
import { FarStream, letIn } from './far-stream.js';
import type { Port } from './port.js';
import type { LineSettings } from './settings.js';

/** Milliseconds for a connection. */
const connectLimit = 5_000;
/** Milliseconds of silence after which the kernel asks whether the far end is still there. */
const keepAlive = 10_000;

/** What a connection that fails means, by the code of connect(2) or getaddrinfo(3). */
const failures: ReadonlyMap<string | undefined, readonly [what: string, wayOut: string]> = new Map([
  ['ECONNREFUSED', ['no serial server answers there', 'start it there, or correct `port` in the lab file']],
  ['ENOTFOUND', ['there is no such host', 'correct `port` in the lab file']],
  ['EAI_AGAIN', ['the name of the host cannot be looked up', 'see whether the network is there']],
]);

/** Connects. Rejects with HarnessError (infrastructure). */
export async function connectTo({ host, port }: NetAddress, where: string): Promise<Socket> {
  const signal = AbortSignal.any([orInterrupted(undefined), AbortSignal.timeout(connectLimit)]);
  const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAlive });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
      signal.addEventListener('abort', () => reject(new Error(`no answer in ${connectLimit / 1000} s`)));
    });
    return socket;
  } catch (error) {
    socket.destroy();
    const { code, message } = error as NodeJS.ErrnoException;
    const [what, wayOut] = failures.get(code) ?? [
      'the host of the port cannot be reached',
      'see whether it is switched on, and whether a firewall is between',
    ];
    throw new HarnessError('infrastructure', what, { where, got: message, wayOut, cause: error });
  }
}

/** Closes a connection's stream; resolves when that is done. */
export async function closeStream(stream: FarStream): Promise<void> {
  if (stream.closed) return;
  await new Promise<void>((resolve) => {
    stream.once('close', resolve);
    stream.destroy();
  });
}

/** Why a connection is gone: filled in when it is. */
export function watchSocket(socket: Socket, gone: () => void): () => string {
  let why = '';
  socket.on('error', ({ message }) => {
    why = message;
  });
  socket.on('close', () => {
    why ||= 'the far end closed the connection';
    gone();
  });
  return () => why;
}

export async function openTcp(address: NetAddress, where: string, settings: LineSettings): Promise<Port> {
  const socket = await connectTo(address, where);
  const stream = new FarStream(socket, socket);
  const whyGone = watchSocket(socket, () => stream.destroy());
  await letIn(where, stream, whyGone);
  return {
    stream,
    setBaud: (baud) => atItsRate(baud, settings),
    sendBreak: () => Promise.reject(new Error('a break needs rfc2217:// or a device of this machine')),
    whyGone,
    close: () => closeStream(stream),
  };
}

/** The rate of a line that is set where it is. */
export async function atItsRate(baud: number, settings: LineSettings): Promise<void> {
  if (baud !== settings.baud)
    throw new Error(
      `${baud} baud need rfc2217:// or a device of this machine: the far end has a rate of its own`,
    );
}
