// SPDX-License-Identifier: BSD-2-Clause
/**
 * A program in place of a QEMU that runs an agent: QMP on descriptor 4, the link on 3. Its first argument is one of the
 * behaviours below; QEMU's own arguments follow and are ignored.
 */
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { encodeFrame, type Frame, FrameReader, frameKinds } from '../../harness/conform/link/frame.js';
import { greetingRecord } from '../../harness/conform/link/greeting.js';
import { protocolHash } from '../../harness/conform/link/header.js';
import { RecordWriter } from '../../harness/conform/link/records.js';
import { consoleFd, qmpFd } from '../../harness/machine/qemu/arguments.js';

export type Behaviour =
  | 'silent'
  | 'other protocol'
  | 'other build'
  /** In the middle of a session: */
  | 'resets'
  | 'greets again'
  | 'its kernel stops'
  | 'its agent dies'
  | 'falls silent'
  | 'dies';

/** The build number in its greeting, except for `other build`. */
const fakeBuild = 0x1234;

const behaviour = process.argv[2] as Behaviour;

function greeting(): Uint8Array {
  const writer = new RecordWriter();
  const zero = Object.entries(greetingRecord.fields).map(([name, type]) => [name, type === 'u64' ? 0n : 0]);
  const protocol = behaviour === 'other protocol' ? protocolHash() ^ 1 : protocolHash();
  const build = behaviour === 'other build' ? 0x5678 : fakeBuild;
  const said = { protocol, build, flags: 4, vcpus: 1, window: 1, maxRequest: 2000, maxAnswer: 4000 };
  writer.add(greetingRecord, { ...Object.fromEntries(zero), ...said });
  return writer.bytes();
}

function main(): void {
  // Like QEMU it survives when its sockets are closed.
  setInterval(() => {}, 60_000);
  const qmp = new Socket({ fd: qmpFd });
  qmp.on('error', () => {});
  const tell = (message: object) => qmp.write(`${JSON.stringify(message)}\r\n`);
  tell({ QMP: { version: { qemu: { major: 7, minor: 2, micro: 0 }, package: '' }, capabilities: [] } });
  const line = new Socket({ fd: consoleFd });
  line.on('error', () => {});
  const reader = new FrameReader({
    frame: (frame) => answer(frame, line, tell),
    damaged: () => {},
    text: () => {},
  });
  line.on('data', (chunk: Uint8Array) => reader.push(chunk));
  createInterface(qmp).on('line', (text) => {
    const { execute, id } = JSON.parse(text) as { execute: string; id: number };
    tell({ return: execute === 'query-status' ? { status: 'running' } : {}, id });
    if (execute === 'quit') process.exit(0);
  });
}

function answer(frame: Frame, line: Socket, tell: (message: object) => void): void {
  if (behaviour === 'silent') return;
  if (frame.kind === frameKinds.open)
    line.write(encodeFrame({ ...frame, kind: frameKinds.greeting, payload: greeting() }));
  else disturb(line, tell);
}

/** The event that replaces an answer. */
function disturb(line: Socket, tell: (message: object) => void): void {
  switch (behaviour) {
    case 'resets':
      tell({ event: 'SHUTDOWN', data: { guest: true, reason: 'guest-reset' } });
      setTimeout(() => process.exit(0), 20);
      break;
    case 'greets again':
      line.write(
        encodeFrame({ session: 0, number: 0, kind: frameKinds.greeting, payload: new Uint8Array() }),
      );
      break;
    case 'its kernel stops':
      line.write('seL4 failed assertion x at y.c:1\n');
      break;
    case 'its agent dies':
      line.write("minikit|ERROR: protection domain 'agent' took a data abort at address 0x0 pc 0x0\n");
      break;
    case 'dies':
      process.kill(process.pid, 'SIGSEGV');
  }
}

main();
