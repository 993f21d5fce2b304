// SPDX-License-Identifier: BSD-2-Clause
/** A real ser2net that serves a port of this machine, and that a test can stop and restart. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.js';

const program = '/usr/sbin/ser2net';

/** Whether there is an interface besides loopback. ser2net resolves even 127.0.0.1 only then (getaddrinfo(3), AI_ADDRCONFIG). */
const hasNetwork = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ internal }) => !internal),
);

function whyNot(): string | undefined {
  if (spawnSync(program, ['-v']).status !== 0) return 'ser2net is missing: setup/setup test installs it';
  return hasNetwork ? undefined : 'ser2net does not listen where loopback is the only network interface';
}

/** Why tests with ser2net cannot run here. */
export const noSer2net = whyNot();

/** Milliseconds within which it listens. */
const startLimit = 20_000;

/** The two ways in which it serves a port: plain bytes, and RFC 2217. */
export type Accepter = 'tcp' | 'telnet,tcp' | 'telnet(rfc2217),tcp';

const isOpen = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

export class Ser2net {
  #child: ChildProcess | undefined;
  readonly #config: string;
  readonly port: number;

  private constructor(config: string, port: number) {
    this.#config = config;
    this.port = port;
  }

  /** Serves `device`; its settings are in `folder`. */
  static async open(folder: string, device: string, accepter: Accepter): Promise<Ser2net> {
    const port = await freePort();
    const config = join(folder, 'ser2net.yaml');
    writeFileSync(
      config,
      `connection: &port\n  accepter: ${accepter},127.0.0.1,${port}\n  connector: serialdev,${device},115200n81,local\n`,
    );
    const server = new Ser2net(config, port);
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    this.#child = spawn('setpriv', ['--pdeathsig', 'KILL', program, '-n', '-c', this.#config], {
      stdio: 'ignore',
    });
    const end = performance.now() + startLimit;
    while (!(await isOpen(this.port))) {
      if (performance.now() > end) throw new Error(`ser2net does not listen on port ${this.port}`);
      await sleep(20);
    }
    // It accepts the next client once it has noticed that the probe has ended.
    await sleep(100);
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }
}
