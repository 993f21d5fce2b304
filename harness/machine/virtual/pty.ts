// SPDX-License-Identifier: BSD-2-Clause
/**
 * A serial port for a console that QEMU offers on a socket. QEMU's own PTYs notice only once a second that somebody has
 * opened them, and output before that is lost; socat's are ready at once.
 */
import { closeSync, constants, openSync } from 'node:fs';
import { access, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { HarnessError } from '../../base/error.js';

export interface SerialJoint {
  /** The port's name. */
  readonly port: string;
  close(): Promise<void>;
}

const appearLimit = 5_000;

/** Connects the Unix socket to a PTY named `port`; bytes pass unchanged. */
export async function joinPty(socket: string, port: string): Promise<SerialJoint> {
  await rm(port, { force: true });
  const ends = [`UNIX-CONNECT:${socket}`, `PTY,link=${port},rawer`];
  const socat = execa('setpriv', ['--pdeathsig', 'KILL', 'socat', '-b', '65536', ...ends], {
    stdin: 'ignore',
    stdout: 'ignore',
    reject: false,
    detached: true,
  });
  let ended = false;
  void socat.then(() => {
    ended = true;
  });
  const until = performance.now() + appearLimit;
  while (!(await exists(port))) {
    if (ended || performance.now() > until) {
      socat.kill('SIGKILL');
      throw notJoined(port, String((await socat).stderr));
    }
    await sleep(5);
  }
  // Holding one end open lets the port be opened and closed any number of times, like a real one.
  const held = openSync(port, constants.O_RDWR | constants.O_NOCTTY);
  return {
    port,
    async close() {
      closeSync(held);
      socat.kill('SIGKILL');
      await socat;
    },
  };
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

function notJoined(where: string, stderr: string): HarnessError {
  const missing = /failed to execute|No such file/.test(stderr);
  return new HarnessError('infrastructure', 'the virtual board has no serial port', {
    where,
    got: stderr.trim() || `nothing after ${appearLimit / 1000} s`,
    ...(missing && { wayOut: 'vmm-harness setup lab installs socat' }),
  });
}
