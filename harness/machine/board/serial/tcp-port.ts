// SPDX-License-Identifier: BSD-2-Clause
/** Serial ports behind TCP: a server that passes bytes unchanged, at the rate to which it is set. */
import { connect, type Socket } from 'node:net';
import { HarnessError } from '../../../base/error.js';
import { orInterrupted } from '../../../base/interrupt.js';
import type { NetAddress } from './address.js';
import { FarStream, letIn } from './far-stream.js';
import type { Port } from './port.js';
import type { LineSettings } from './settings.js';

/** Milliseconds for a connection. */
const connectLimit = 5_000;
/** Milliseconds of silence after which the kernel probes the far end. */
const keepAlive = 10_000;

/** The meaning of a failed connection, by the error code of connect(2) or getaddrinfo(3). */
const failures: ReadonlyMap<string | undefined, readonly [what: string, wayOut: string]> = new Map([
  ['ECONNREFUSED', ['no serial server answers there', 'start it there, or correct `port` in the lab file']],
  ['ENOTFOUND', ['the host is unknown', 'correct `port` in the lab file']],
  ['EAI_AGAIN', ['the name of the host cannot be looked up', 'check the network']],
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
      'check that it is switched on and not behind a firewall',
    ];
    throw new HarnessError('infrastructure', what, { where, got: message, wayOut, cause: error });
  }
}

/** Closes a connection's stream; resolves when it is closed. */
export async function closeStream(stream: FarStream): Promise<void> {
  if (stream.closed) return;
  await new Promise<void>((resolve) => {
    stream.once('close', resolve);
    stream.destroy();
  });
}

/** Returns a function that gives the reason why the connection is gone, once it is. */
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

/** Accepts only the current rate: the line is set at its far end. */
export async function atItsRate(baud: number, settings: LineSettings): Promise<void> {
  if (baud !== settings.baud)
    throw new Error(
      `${baud} baud requires rfc2217:// or a device of this machine: the far end sets the rate`,
    );
}
