// SPDX-License-Identifier: BSD-2-Clause
/** A real labgrid with one place: coordinator, exporter, and the power of its board behind a REST interface. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildRoot } from '../../harness/base/paths.js';
import { freePort } from './free-port.js';

/** The release whose words the harness knows. */
const release = '26.0.1';
const environment = join(buildRoot, `labgrid-${release}`);
const program = (name: string) => join(environment, 'bin', `labgrid-${name}`);

/** Installs labgrid from PyPI into a folder of the tests' own. Gives the reason where that cannot be done. */
function install(): string | undefined {
  if (existsSync(program('coordinator'))) return undefined;
  const made = spawnSync('python3', ['-m', 'venv', environment]);
  if (made.status !== 0) return 'python3 cannot make a virtual environment (package python3-venv)';
  const words = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--retries',
    '0',
    '--timeout',
    '10',
    `labgrid==${release}`,
  ];
  const { status } = spawnSync(join(environment, 'bin', 'python'), words);
  return status === 0 ? undefined : `labgrid ${release} cannot be installed from PyPI`;
}

/** Why tests with labgrid cannot run here. */
export const noLabgrid = install();

export interface LabgridOptions {
  folder: string;
  /** The port of a ser2net that serves the board's line as it is. */
  serial: number;
  /** Switches the board. */
  power: (on: boolean) => Promise<void>;
}

export class Labgrid {
  /** `host:port` of the coordinator. */
  readonly coordinator: string;
  readonly client = program('client');
  readonly #closers: (() => Promise<void>)[] = [];

  private constructor(coordinator: string) {
    this.coordinator = coordinator;
  }

  /** A lab with the place `desk`, which has the tag `board=virtual`. */
  static async open({ folder, serial, power }: LabgridOptions): Promise<Labgrid> {
    const lab = new Labgrid(`127.0.0.1:${await freePort()}`);
    const switchboard = await lab.#switchboard(power);
    const resources = join(folder, 'exporter.yaml');
    writeFileSync(
      resources,
      `board:
  serial: { cls: NetworkSerialPort, host: 127.0.0.1, port: ${serial}, protocol: raw }
  power: { cls: NetworkPowerPort, model: simplerest, host: 'http://127.0.0.1:${switchboard}/{value}', index: '1' }
`,
    );
    lab.#start(program('coordinator'), ['-l', lab.coordinator], folder);
    await lab.#until('places', () => true);
    const words = ['-c', lab.coordinator, '-n', 'exporter', '--hostname', '127.0.0.1', resources];
    lab.#start(program('exporter'), words, folder);
    await lab.#until(
      'resources',
      (out) => out.includes('NetworkSerialPort') && out.includes('NetworkPowerPort'),
    );
    for (const words of [['create'], ['add-match', 'exporter/board/*'], ['set-tags', 'board=virtual']])
      lab.run('-p', 'desk', ...words);
    return lab;
  }

  /** Runs labgrid-client; gives what it prints. */
  run(...words: string[]): string {
    const { stdout, stderr } = spawnSync(this.client, ['-x', this.coordinator, ...words], {
      encoding: 'utf8',
    });
    return `${stdout}${stderr}`;
  }

  /** The places that are taken, with who has them. */
  taken(): string[] {
    return this.run('who').trim().split('\n').slice(1);
  }

  async close(): Promise<void> {
    for (const close of this.#closers.reverse()) await close();
  }

  #start(path: string, words: readonly string[], cwd: string): void {
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', path, ...words], { cwd, stdio: 'ignore' });
    const gone = once(child, 'exit');
    this.#closers.push(async () => {
      child.kill('SIGKILL');
      await gone;
    });
  }

  async #until(word: string, is: (out: string) => boolean): Promise<void> {
    for (;;) {
      const { status, stdout } = spawnSync(this.client, ['-x', this.coordinator, word], { encoding: 'utf8' });
      if (status === 0 && is(stdout)) return;
      await sleep(100);
    }
  }

  /** The REST interface that labgrid's model `simplerest` speaks: GET /1 is on, GET /0 is off. */
  async #switchboard(power: (on: boolean) => Promise<void>): Promise<number> {
    const server = createServer((request, response) => {
      power(request.url === '/1').then(
        () => response.end('1'),
        () => response.writeHead(500).end(),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.#closers.push(async () => void server.close());
    return (server.address() as AddressInfo).port;
  }
}
