// SPDX-License-Identifier: BSD-2-Clause
/** The host tier: the VMM library as a program of this machine, behind the same link as every other target. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { execa } from 'execa';
import { HarnessError } from '../base/error.js';
import { buildRoot, packageRoot } from '../base/paths.js';
import { type Subject, subjectHash } from '../subject/library.js';
import { protocolHeader } from './link/header.js';
import { Session } from './link/session.js';
import type { Diagnosis, Tier } from './tier.js';

export type Flavour = 'checked' | 'fast' | 'fuzz';

export interface HostBuild {
  flavour: Flavour;
  /** Directory of the library's include/ and src/; our own when not given. */
  library?: string;
  /** Another library, as an archive. */
  subject?: Subject | undefined;
  /** Where it is built; below the build directory when not given. */
  directory?: string;
}

const sources = join(packageRoot, 'sel4-vmm-c', 'conform', 'host');
export const ownLibrary = join(packageRoot, 'sel4-vmm-c', 'libvmm');

/** Writes a file when its content changes, so that make sees no change where there is none. */
function update(path: string, content: string): void {
  if (!existsSync(path) || readFileSync(path, 'utf8') !== content) writeFileSync(path, content);
}

/** Builds the program; gives its path. */
export async function buildHostTier({
  flavour,
  library = ownLibrary,
  subject,
  directory,
}: HostBuild): Promise<string> {
  const name = subject === undefined ? flavour : `${flavour}-${subjectHash(subject)}`;
  const build = directory ?? join(buildRoot, 'conform', `host-${name}`);
  const protocol = join(buildRoot, 'conform', 'protocol');
  mkdirSync(protocol, { recursive: true });
  mkdirSync(build, { recursive: true });
  update(join(protocol, 'conform_protocol.h'), protocolHeader());
  const settings = {
    ...{ BUILD: build, PROTOCOL: protocol, FLAVOUR: flavour, LIBVMM: library },
    ...(subject && {
      ...{
        DIALECT: subject.dialect.name,
        INCLUDE: subject.include.join(' '),
        ARCHIVE: subject.hostLibrary ?? '',
      },
    }),
  };
  const words = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  const made = await execa('make', ['-s', '-j2', '-C', sources, ...words], { reject: false, all: true });
  if (made.exitCode !== 0) {
    throw new HarnessError('product', 'the library does not build for the host tier', {
      where: subject?.hostLibrary ?? library,
      got: made.all.split('\n').slice(-12).join('\n            '),
      wayOut: `make -C ${sources} ${words.join(' ')}`,
    });
  }
  return join(build, 'conform-host');
}

/** After the line has closed the program's end is known this soon, in milliseconds. */
const endLimit = 1_000;

/** A running program of the host tier. */
export class HostTier implements Tier {
  readonly name: string;
  readonly on = '';
  readonly deathsToCount = 1;
  readonly seesMemory = true;
  session: Session;
  readonly #program: string;
  #child: ChildProcess;
  #errors: string[];

  readonly #gic: 2 | 3;

  private constructor(program: string, gic: 2 | 3, child: ChildProcess, session: Session, errors: string[]) {
    this.name = gic === 3 ? 'host-gicv3' : 'host';
    this.#gic = gic;
    this.#program = program;
    this.#child = child;
    this.session = session;
    this.#errors = errors;
  }

  /** @param gic version of the guest's interrupt controller */
  static async start(program: string, gic: 2 | 3 = 2): Promise<HostTier> {
    return new HostTier(program, gic, ...(await launch(program, gic)));
  }

  /** Another program in place of one that has died. */
  async restart(): Promise<void> {
    await this.stop();
    [this.#child, this.session, this.#errors] = await launch(this.#program, this.#gic);
  }

  /** Of the program. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** What the program said before it died: a sanitizer's report. */
  lastWords(): string {
    return this.#errors.join('');
  }

  /** Nothing but the VMM and its sanitizers ends the program. */
  async diagnose(error: HarnessError): Promise<Diagnosis> {
    if (!this.#hasEnded()) {
      const closed = new Promise((resolve) => this.#child.once('close', resolve));
      await Promise.race([closed, setTimeout(endLimit)]);
    }
    return { who: this.#hasEnded() ? 'vmm' : 'silent', error };
  }

  #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  async stop(): Promise<void> {
    this.session.link.close();
    if (this.#hasEnded()) return;
    const closed = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.kill('SIGKILL');
    await closed;
  }
}

async function launch(program: string, gic: 2 | 3): Promise<[ChildProcess, Session, string[]]> {
  const errors: string[] = [];
  const env = { ...process.env, ASAN_OPTIONS: 'detect_leaks=0', UBSAN_OPTIONS: 'print_stacktrace=1' };
  const child = spawn(program, [String(gic)], { stdio: ['pipe', 'pipe', 'pipe'], env });
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
  child.once('error', (error) => errors.push(error.message));
  child.stdin.on('error', () => {
    // The program has died: its end is seen on the other stream.
  });
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
  const session = await Session.open(stream, { patience: 20_000, retries: 0 });
  return [child, session, errors];
}
