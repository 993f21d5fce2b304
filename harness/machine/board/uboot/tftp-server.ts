// SPDX-License-Identifier: BSD-2-Clause
/**
 * A TFTP server for one run: Debian's atftpd. It runs in the foreground as whoever starts it, on one address, any port
 * and one folder, with large blocks; tftpd-hpa must be root to start at all, dnsmasq serves TFTP on port 69 only.
 */
import { userInfo } from 'node:os';
import { execa } from 'execa';
import { HarnessError } from '../../../base/error.js';

export const atftpd = '/usr/sbin/atftpd';
export const tftpPort = 69;

export interface TftpServerOptions {
  root: string;
  /** The address on which it listens. */
  address: string;
  port: number;
  /** Another server program than Debian's. */
  program?: string;
}

export interface TftpServer {
  close(): Promise<void>;
}

/** Time in which a server that can't start says so. */
const settle = 300;

/** Starts it; the kernel ends it with the harness. Rejects with HarnessError (infrastructure). */
export async function startTftpServer(options: TftpServerOptions): Promise<TftpServer> {
  const { root, address, port, program = atftpd } = options;
  const { username, gid } = userInfo();
  const group = (await execa('id', ['-gn'], { reject: false })).stdout || String(gid);
  const args = ['--daemon', '--no-fork', '--bind-address', address, '--port', String(port)];
  const server = execa(
    'setpriv',
    ['--pdeathsig', 'KILL', program, ...args, '--user', `${username}.${group}`, '--logfile', '-', root],
    { stdin: 'ignore', all: true, reject: false, detached: true },
  );
  let said = '';
  const started = new Promise<boolean>((resolve) => {
    server.all?.on('data', (bytes: Buffer) => {
      said += bytes.toString();
      if (/server started/.test(said)) setTimeout(() => resolve(true), settle);
    });
    server.then(() => resolve(false));
  });
  if (!(await started)) throw notStarted(options, said || String((await server).shortMessage));
  return {
    async close() {
      server.kill('SIGKILL');
      await server;
    },
  };
}

function notStarted({ address, port, program = atftpd }: TftpServerOptions, got: string): HarnessError {
  const where = `${address}:${port}`;
  const last = got.trim().split('\n').slice(-3).join('\n            ');
  const denied = /Permission denied|Operation not permitted/i.test(got);
  const missing = /No such file or directory|ENOENT/.test(got) && !/bind/i.test(got);
  const wayOut = denied
    ? `port ${port} is for root; sudo setcap cap_net_bind_service=+ep ${program} lets it be used, or name a server ` +
      'that runs already by `root` and `server` in the lab file'
    : missing
      ? 'setup/setup lab installs it (Debian: atftpd)'
      : 'another TFTP server may have the port: name its folder and address by `root` and `server` in the lab file';
  return new HarnessError('infrastructure', 'the TFTP server does not start', { where, got: last, wayOut });
}
