// SPDX-License-Identifier: BSD-2-Clause
/** The host tier: the VMM library as a program of this machine, behind the same link as other targets. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { requireBuildRoot } from '../base/build-root.js';
import { endsWithUs } from '../base/children.js';
import { makeFolder, writeChanged } from '../base/disk.js';
import { HarnessError } from '../base/error.js';
import { withLock } from '../base/lock.js';
import { buildRoot, packageRoot } from '../base/paths.js';
import { runTool } from '../base/run-tool.js';
import { temporaryFolder } from '../base/temporary.js';
import { type Subject, subjectHash } from '../subject/library.js';
import { Guidance } from './guidance.js';
import { protocolHeader } from './link/header.js';
import { Session } from './link/session.js';
import type { Diagnosis, Tier } from './tier.js';

type Flavour = 'checked' | 'guided' | 'fast' | 'fuzz' | 'coverage' | 'mutant';

export interface HostBuild {
  flavour: Flavour;
  /** Folder with the library's include/ and src/; this project's when not given. */
  library?: string;
  /** Another library, given as an archive. */
  subject?: Subject | undefined;
  /** Folder of the build; below the build directory when not given. */
  directory?: string;
  signal?: AbortSignal | undefined;
}

const sources = join(packageRoot, 'sel4-vmm-c', 'conform', 'host');
export const ownLibrary = join(packageRoot, 'sel4-vmm-c', 'libvmm');

/** Seconds that a second build of the same folder waits for the first. */
const buildWait = 300;

/** Builds the program. Returns its path. */
export async function buildHostTier(request: HostBuild): Promise<string> {
  const { flavour, library = ownLibrary, subject, directory, signal } = request;
  const name = subject === undefined ? flavour : `${flavour}-${subjectHash(subject)}`;
  const build = directory ?? join(buildRoot, 'conform', `host-${name}`);
  const protocol = join(buildRoot, 'conform', 'protocol');
  requireBuildRoot();
  makeFolder(protocol);
  makeFolder(build);
  await writeChanged(join(protocol, 'conform_protocol.h'), protocolHeader());
  const settings = {
    BUILD: build,
    PROTOCOL: protocol,
    FLAVOUR: flavour,
    LIBVMM: library,
    ...(subject && {
      DIALECT: subject.dialect.name,
      INCLUDE: subject.include.join(' '),
      ARCHIVE: subject.hostLibrary ?? '',
    }),
  };
  const variables = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  const tool = { what: "the host tier's build", fault: 'product', cwd: build, signal } as const;
  const log = join(build, 'build.log');
  const make = () => runTool('make', ['-s', '-j2', '-C', sources, ...variables], { ...tool, log });
  const lock = { what: 'the build folder of the host tier', wait: buildWait, signal };
  await withLock(join(build, 'lock'), lock, make).catch((error: unknown) => {
    if (!(error instanceof HarnessError) || error.fault !== 'product') throw error;
    throw new HarnessError('product', 'the library does not build for the host tier', {
      where: subject?.hostLibrary ?? library,
      got: error.detail.got ?? '',
      wayOut: `read ${log}; make -C ${sources} ${variables.join(' ')}`,
    });
  });
  return join(build, 'conform-host');
}

/** Signals that only another process sends. */
const sentByOthers: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'];
/** Milliseconds to wait for the end of the program after its line has closed. */
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
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = () => void this.#end();

  private constructor(
    program: string,
    gic: 2 | 3,
    [child, session, errors]: Launched,
    signal: AbortSignal | undefined,
    readonly guidance: Guidance | undefined,
  ) {
    this.name = gic === 3 ? 'host-gicv3' : 'host';
    this.#gic = gic;
    this.#program = program;
    this.#child = child;
    this.session = session;
    this.#errors = errors;
    this.#signal = signal;
    signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /**
   * @param gic version of the guest's interrupt controller
   * @param signal ends the program; this does not count as a failure
   * @param guided whether the program is of the flavour `guided`
   */
  static async start(
    program: string,
    gic: 2 | 3 = 2,
    signal?: AbortSignal,
    guided = false,
  ): Promise<HostTier> {
    signal?.throwIfAborted();
    const guidance = guided ? new Guidance(await temporaryFolder('guidance')) : undefined;
    return new HostTier(program, gic, await launch(program, gic, guidance), signal, guidance);
  }

  /** Starts the program again after it has died. */
  async restart(): Promise<void> {
    await this.#end();
    this.#signal?.throwIfAborted();
    [this.#child, this.session, this.#errors] = await launch(this.#program, this.#gic, this.guidance);
  }

  /** Process id of the program. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Standard error of the program, such as a sanitizer's report. */
  lastOutput(): string {
    return this.#errors.join('');
  }

  /** Only the VMM, its sanitizers or a signal from another process ends the program. */
  async diagnose(error: HarnessError): Promise<Diagnosis> {
    if (!this.#hasEnded()) {
      const closed = new Promise((resolve) => this.#child.once('close', resolve));
      await Promise.race([closed, setTimeout(endLimit)]);
    }
    const { signalCode } = this.#child;
    if (signalCode !== null && sentByOthers.includes(signalCode)) {
      const ended = new HarnessError('infrastructure', 'another process ended the program of the host tier', {
        expected: 'a program that runs until the harness ends it',
        got: signalCode,
        wayOut: signalCode === 'SIGKILL' ? 'the kernel sends it when memory runs out' : 'run again',
      });
      return { cause: 'target', error: ended };
    }
    return { cause: this.#hasEnded() ? 'vmm' : 'silent', error };
  }

  #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  async stop(): Promise<void> {
    this.#signal?.removeEventListener('abort', this.#onAbort);
    await this.#end();
    this.guidance?.close();
  }

  async #end(): Promise<void> {
    this.session.link.close();
    if (this.#hasEnded()) return;
    const closed = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.kill('SIGKILL');
    await closed;
  }
}

type Launched = [child: ChildProcess, session: Session, errors: string[]];

async function launch(program: string, gic: 2 | 3, guidance?: Guidance): Promise<Launched> {
  const errors: string[] = [];
  const env = {
    ...process.env,
    ASAN_OPTIONS: 'detect_leaks=0',
    UBSAN_OPTIONS: 'print_stacktrace=1',
    ...(guidance && { VMM_GUIDANCE: guidance.path }),
  };
  const [command, args] = endsWithUs(program, [String(gic)]);
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env, detached: true });
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
  child.once('error', (error) => errors.push(error.message));
  child.stdin.on('error', () => {
    // The program has died. The other stream reports its end.
  });
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
  const session = await Session.open(stream, { patience: 20_000, retries: 0 });
  return [child, session, errors];
}
