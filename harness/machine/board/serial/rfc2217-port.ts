// SPDX-License-Identifier: BSD-2-Clause
/**
 * Serial ports behind a server that speaks RFC 2217 (ser2net, a terminal server). Their settings are controlled from
 * here.
 */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { HarnessError } from '../../../base/error.js';
import { orInterrupted } from '../../../base/interrupt.js';
import type { NetAddress } from './address.js';
import { breakTime } from './device-port.js';
import { FarStream, greeted, letIn, refused } from './far-stream.js';
import type { Port } from './port.js';
import { ComPort, commands, controls, parities } from './rfc2217.js';
import type { LineSettings } from './settings.js';
import { closeStream, connectTo, watchSocket } from './tcp-port.js';
import { encodeTelnet } from './telnet.js';

const baudBytes = (baud: number): number[] => [...Buffer.from(baud.toString(16).padStart(8, '0'), 'hex')];

/** The settings that are requested from the server, as its numbers. */
function requests(settings: LineSettings): { name: string; command: number; value: number[] }[] {
  const { baud, dataBits, parity, stopBits, flowControl } = settings;
  return [
    { name: 'baud rate', command: commands.baud, value: baudBytes(baud) },
    { name: 'data bits', command: commands.dataBits, value: [dataBits] },
    { name: 'parity', command: commands.parity, value: [parities[parity]] },
    { name: 'stop bits', command: commands.stopBits, value: [stopBits] },
    { name: 'flow control', command: commands.control, value: [controls[flowControl]] },
  ];
}

async function ask(
  port: ComPort,
  { name, command, value }: ReturnType<typeof requests>[number],
): Promise<void> {
  const got = await port.set(command, value);
  if (got.join() === value.join()) return;
  const number = (bytes: readonly number[]) => bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  throw new Error(
    `the server does not set the ${name}: requested ${number(value)}, it answered ${number(got)}`,
  );
}

export async function openRfc2217(address: NetAddress, where: string, settings: LineSettings): Promise<Port> {
  const socket = await connectTo(address, where);
  const com = new ComPort((bytes) => socket.write(bytes));
  const coding = { decode: (bytes: Buffer) => com.decoder.decode(bytes), encode: encodeTelnet };
  const stream = new FarStream(socket, socket, coding);
  const whyGone = watchSocket(socket, () => stream.destroy());
  try {
    const gone = once(stream, 'close', { signal: orInterrupted(undefined) });
    const isGone = gone.then(() => {
      throw refused(where, stream, whyGone());
    });
    await Promise.race([greeted(socket).then(() => setUp(com, settings)), isGone]);
    gone.catch(() => {});
    isGone.catch(() => {});
    await letIn(where, stream, whyGone);
  } catch (error) {
    await closeStream(stream);
    if (error instanceof HarnessError) throw error;
    throw new HarnessError('infrastructure', 'the far end does not provide the port with these settings', {
      where,
      got: (error as Error).message,
      wayOut: 'ser2net: accepter telnet(rfc2217),tcp,PORT; for a server of plain bytes use tcp:HOST:PORT',
      cause: error,
    });
  }
  return {
    stream,
    setBaud: (baud) => ask(com, { name: 'baud rate', command: commands.baud, value: baudBytes(baud) }),
    async sendBreak() {
      com.tell(commands.control, [controls.breakOn]);
      await sleep(breakTime);
      com.tell(commands.control, [controls.breakOff]);
    },
    whyGone,
    close: () => closeStream(stream),
  };
}

/** Does what the kernel does when a device is opened: applies the settings, and sets DTR and RTS. */
async function setUp(com: ComPort, settings: LineSettings): Promise<void> {
  await com.agree();
  for (const request of requests(settings)) await ask(com, request);
  com.tell(commands.control, [controls.dtrOn]);
  if (settings.flowControl !== 'rtscts') com.tell(commands.control, [controls.rtsOn]);
}
