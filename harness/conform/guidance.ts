// SPDX-License-Identifier: BSD-2-Clause
/**
 * The coverage of a library that is compiled with clang's instrumentation: edges taken, and constants of comparisons.
 * The program of the host tier and the harness share a file (its layout is in sel4-vmm-c/conform/host/guidance.c).
 */
import { closeSync, existsSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const mostEdges = 0x4000;
const mostConstants = 0x400;
const constantsAt = 8;
const takenAt = constantsAt + 8 * mostConstants;

export class Guidance {
  readonly path: string;
  readonly #folder: string;
  readonly #file: number;
  readonly #known = new Uint8Array(mostEdges);
  readonly #now = new Uint8Array(mostEdges);

  /** `folder` is empty, and removed at the end. */
  constructor(folder: string) {
    this.#folder = folder;
    this.path = join(this.#folder, 'edges');
    this.#file = openSync(this.path, 'w+');
  }

  /** Edges that were taken at the calls of {@link fresh} so far. */
  get edges(): number {
    return this.#known.reduce((sum, taken) => sum + taken, 0);
  }

  /** Clears the record of the edges taken. */
  clear(): void {
    writeSync(this.#file, new Uint8Array(mostEdges), 0, mostEdges, takenAt);
  }

  /** Number of edges taken for the first time since {@link clear}. `keep` makes them known. */
  fresh(keep: boolean): number {
    this.#now.fill(0);
    readSync(this.#file, this.#now, 0, mostEdges, takenAt);
    let count = 0;
    for (let edge = 0; edge < mostEdges; edge += 1) {
      if (this.#now[edge] === 0 || this.#known[edge] === 1) continue;
      count += 1;
      if (keep) this.#known[edge] = 1;
    }
    return count;
  }

  /** Constants in comparisons that the library has executed. */
  constants(): bigint[] {
    const bytes = Buffer.alloc(8 * mostConstants);
    readSync(this.#file, bytes, 0, bytes.length, constantsAt);
    return Array.from({ length: mostConstants }, (_, index) => bytes.readBigUInt64LE(8 * index)).filter(
      (constant) => constant !== 0n,
    );
  }

  /** May be called twice. */
  close(): void {
    if (!existsSync(this.#folder)) return;
    closeSync(this.#file);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
