// SPDX-License-Identifier: BSD-2-Clause
/** Helpers for tests of `sdk install`: mock SDKs, archives of them, and a server that fails as instructed. */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { create } from 'tar';
import { HarnessError } from '../../../../harness/base/error.js';
import type { Progress, ProgressEvent } from '../../../../harness/base/progress.js';
import { installSdk } from '../../../../harness/microkit/install/install.js';
import { narHash } from '../../../../harness/microkit/install/nar.js';
import type { InstallRequest } from '../../../../harness/microkit/install/request.js';
import { SdkStore } from '../../../../harness/microkit/install/store.js';

/** A folder that is removed when `body` ends. */
export async function inFolder<T>(body: (dir: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'sdk-install-'));
  try {
    return await body(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  }
}

export function write(path: string, content: string | Buffer, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  chmodSync(path, mode);
}

const goodTool = '#!/bin/sh\necho "usage: microkit [-h] system"\n';

export interface SdkOptions {
  version?: string;
  tool?: string | Buffer;
  /** Bytes of a file that does not compress. */
  ballast?: number;
}

/** Gives `dir` the shape of an SDK. */
export function makeSdk(
  dir: string,
  { version = '2.0.1', tool = goodTool, ballast = 0 }: SdkOptions = {},
): string {
  write(join(dir, 'VERSION'), `${version}\n`);
  write(join(dir, 'bin', 'microkit'), tool, 0o755);
  const config = join(dir, 'board', 'qemu_virt_aarch64', 'debug');
  write(join(config, 'lib', 'libmicrokit.a'), '!<arch>\n');
  write(join(config, 'include', 'microkit.h'), '#pragma once\n');
  const noise = Buffer.alloc(ballast);
  // Xorshift: the same bytes in every run, which gzip cannot compress.
  for (let at = 0, x = 0x9e3779b9; at + 4 <= ballast; at += 4) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    noise.writeInt32LE(x, at);
  }
  write(join(config, 'elf', 'sel4.elf'), noise);
  return dir;
}

export interface Archive {
  file: string;
  nar: string;
}

/** An SDK's archive in `dir`, packed as seL4 packs its own: one top folder. */
export async function makeArchive(dir: string, options: SdkOptions = {}): Promise<Archive> {
  const top = `microkit-sdk-${options.version ?? '2.0.1'}`;
  const tree = makeSdk(join(dir, 'tree', top), options);
  const file = join(dir, `${top}.tar.gz`);
  await create({ file, cwd: dirname(tree), gzip: true, portable: true }, [top]);
  return { file, nar: await narHash(tree) };
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface Site {
  url: string;
  /** The requests, in order. */
  requests: IncomingMessage[];
}

/** A server on this machine that runs as long as `body`. */
export async function onServer<T>(handler: Handler, body: (site: Site) => Promise<T>): Promise<T> {
  const requests: IncomingMessage[] = [];
  const server: Server = createServer((request, response) => {
    requests.push(request);
    handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return await body({ url: `http://127.0.0.1:${port}/microkit-sdk.tar.gz`, requests });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

export interface Served {
  /** Null for a server that sends none. */
  etag?: string | null;
  /** The number of bytes in each answer before the connection breaks; after these answers, all. */
  cuts?: number[];
  /** Bytes that the client has received. A connection breaks only after everything that was sent has arrived. */
  arrived?: () => number;
}

/** Breaks a connection as soon as `isTime` returns true. */
export function breakWhen(isTime: () => boolean, response: ServerResponse): void {
  const timer = setInterval(() => {
    if (isTime() || response.destroyed) {
      clearInterval(timer);
      response.destroy();
    }
  }, 2);
}

/** Serves `content` with ranges as RFC 9110 prescribes. */
export function serving(content: Buffer, { etag = '"v1"', cuts = [], arrived }: Served = {}): Handler {
  return (request, response) => {
    const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
    const goesOn = range !== undefined && request.headers['if-range'] === etag;
    const start = goesOn ? Number(range) : 0;
    if (start >= content.length) {
      response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
      return;
    }
    const rest = content.subarray(start);
    response.writeHead(goesOn ? 206 : 200, {
      'content-length': rest.length,
      ...(etag !== null && { etag }),
      ...(goesOn && { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` }),
    });
    const cut = cuts.shift();
    if (cut === undefined) response.end(rest);
    else {
      response.write(rest.subarray(0, cut));
      breakWhen(() => arrived === undefined || arrived() >= start + cut, response);
    }
  };
}

export const storeIn = (dir: string): SdkStore => new SdkStore(join(dir, 'store'));

/** A request as the command line makes it, for an archive at `from`. */
export function requestOf(from: string, more: Partial<InstallRequest> = {}): InstallRequest {
  return {
    from: from.startsWith('http') ? { url: from } : { file: from },
    version: undefined,
    name: undefined,
    hash: undefined,
    verify: true,
    replace: false,
    use: false,
    ...more,
  };
}

/** Connections fail fast in tests. */
export const quick = { tries: 2, silence: 10_000, pause: 1 };

/** Records the messages. */
export function listening(): { progress: Progress; events: ProgressEvent[]; notes: () => string[] } {
  const events: ProgressEvent[] = [];
  return {
    progress: (event) => events.push(event),
    events,
    notes: () => events.flatMap((event) => (event.kind === 'note' ? [event.text] : [])),
  };
}

/** Everything in the store except its lock: a failed install may leave none of it. */
export function leftIn(store: SdkStore): string[] {
  return readdirSync(store.root, { recursive: true, encoding: 'utf8' })
    .filter((path) => !['.lock', '.work', '.use'].includes(path))
    .sort();
}

/** The HarnessError with which `promise` rejects. */
export async function errorOf(promise: Promise<unknown>): Promise<HarnessError> {
  const error = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (error instanceof HarnessError) return error;
  throw error;
}

export const contentOf = (file: string): Buffer => readFileSync(file);

/** A store in `dir` in which mock SDKs of these versions are installed. The first is the default. */
export async function installed(dir: string, ...all: string[]): Promise<SdkStore> {
  const store = storeIn(dir);
  for (const version of all) {
    const { file, nar } = await makeArchive(dir, { version });
    await installSdk(store, requestOf(file, { hash: nar }), { progress: () => {}, wait: 0 });
  }
  return store;
}
