// SPDX-License-Identifier: BSD-2-Clause
/** NAR hash of a tree of the size of an SDK, beside `nix-hash` for the same tree: alternately in one run, medians. */
import { execFileSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HarnessError } from '../../base/error.js';
import { narHash } from '../../microkit/install/nar.js';

export interface NarFigure {
  /** Bytes of all files. */
  bytes: number;
  /** Medians in milliseconds. */
  ours: number;
  nixHash: number;
  /** `ours` as a multiple of `nixHash`. */
  ratio: number;
}

/** Upper limit of `ratio`. */
export const narRatioLimit = 1.5;

const rounds = 7;
const folders = 40;
const filesPerFolder = 40;
const fileSize = 125_000;

function makeTree(dir: string): number {
  const content = Buffer.alloc(fileSize);
  for (let folder = 0; folder < folders; folder += 1) {
    mkdirSync(join(dir, `${folder}`));
    for (let file = 0; file < filesPerFolder; file += 1) {
      writeFileSync(join(dir, `${folder}`, `${file}`), randomFillSync(content));
    }
  }
  return folders * filesPerFolder * fileSize;
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function timed<T>(work: () => T | Promise<T>): Promise<{ ms: number; result: T }> {
  const begin = performance.now();
  const result = await work();
  return { ms: performance.now() - begin, result };
}

function nixHash(dir: string): string {
  const hex = execFileSync('nix-hash', ['--type', 'sha256', dir], { encoding: 'utf8' }).trim();
  return `sha256-${Buffer.from(hex, 'hex').toString('base64')}`;
}

/** Throws HarnessError when nix-hash is missing or computes another hash. */
export async function benchNar(): Promise<NarFigure> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-nar-'));
  try {
    const bytes = makeTree(dir);
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const nix = await timed(() => nixHash(dir));
      const own = await timed(() => narHash(dir));
      if (own.result !== nix.result) {
        const detail = { where: dir, expected: nix.result, got: own.result };
        throw new HarnessError('product', 'the NAR hash differs from that of nix-hash', detail);
      }
      theirs.push(nix.ms);
      ours.push(own.ms);
    }
    return { bytes, ours: median(ours), nixHash: median(theirs), ratio: median(ours) / median(theirs) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new HarnessError('infrastructure', 'nix-hash is missing', {
      wayOut: 'apt-get install nix-bin',
    });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
