// SPDX-License-Identifier: BSD-2-Clause
/**
 * A program in place of QEMU: QMP on descriptor 4, a console on 3. Its first argument is one of the behaviours below;
 * QEMU's own arguments follow and are ignored.
 */
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { consoleFd, qmpFd } from '../../harness/machine/qemu/arguments.js';

export type Behaviour = 'good' | 'old' | 'dies at once' | 'dies later' | 'hangs' | 'never quits' | 'resets';

const behaviour = process.argv[2] as Behaviour;

function main(): void {
  if (behaviour === 'dies at once') {
    process.stderr.write('qemu-system-aarch64: -device loader: Cannot load specified image\n');
    process.exitCode = 1;
    return;
  }
  // Like QEMU it survives when its sockets are closed.
  setInterval(() => {}, 60_000);
  const qmp = new Socket({ fd: qmpFd });
  qmp.on('error', () => {});
  const tell = (message: object) => qmp.write(`${JSON.stringify(message)}\r\n`);
  const version = behaviour === 'old' ? { major: 5, minor: 2, micro: 0 } : { major: 7, minor: 2, micro: 22 };
  tell({ QMP: { version: { qemu: version, package: '' }, capabilities: ['oob'] } });
  createInterface(qmp).on('line', (line) => {
    const { execute, id } = JSON.parse(line) as { execute: string; id: number };
    if (execute === 'query-status' && behaviour === 'hangs') return;
    if (execute === 'quit' && behaviour === 'never quits') return;
    tell({ return: execute === 'query-status' ? { status: 'running' } : {}, id });
    if (execute === 'quit') process.exit(0);
    if (execute === 'cont') run(tell);
  });
}

function run(tell: (message: object) => void): void {
  const console = new Socket({ fd: consoleFd });
  console.write('first line\n');
  console.on('error', () => {});
  console.pipe(console);
  if (behaviour === 'dies later') setTimeout(() => process.kill(process.pid, 'SIGSEGV'), 50);
  if (behaviour === 'resets') {
    setTimeout(() => {
      tell({ event: 'SHUTDOWN', data: { guest: true, reason: 'guest-reset' } });
      setTimeout(() => process.exit(0), 20);
    }, 50);
  }
}

main();
