// SPDX-License-Identifier: BSD-2-Clause
/** What a benchmark is, and what it gives: figures, each one line of the table. */
import type { Board } from '../../../boards/board.js';
import type { Progress } from '../../base/progress.js';
import type { Sdk } from '../../microkit/sdk.js';

export interface Figure {
  name: string;
  /** What was measured: `minikit`, `seL4`, or empty where there is no choice. */
  on: string;
  /** With its unit. */
  value: string;
  /** What stands beside it, with whose it is. */
  comparedWith?: string;
  /** What the value is to be. */
  limit?: string;
  /** Whether it is; undefined without a limit. */
  held?: boolean;
}

export interface BenchContext {
  board: Board;
  minikit: Sdk;
  /** A Microkit SDK, where this machine has one. */
  microkit: Sdk | undefined;
  /** All of them: minikit, and every Microkit SDK that this machine has. */
  sdks: readonly Sdk[];
  progress: Progress;
}

export interface Bench {
  /** What `--only` takes. */
  name: string;
  about: string;
  run(context: BenchContext): Promise<Figure[]>;
}

/** The middle one; of an even number the lower of the two. */
export function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;
}

/** `on` of figures of one SDK. */
export const subjectOf = ({ provider }: Sdk): string => (provider === 'minikit' ? 'minikit' : 'seL4');

export const milliseconds = (ms: number): string => `${ms.toFixed(0)} ms`;
export const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

/** A figure in milliseconds with an upper limit. */
export function below(name: string, on: string, ms: number, limit: number): Figure {
  const show = limit < 2000 ? milliseconds : seconds;
  return { name, on, value: show(ms), limit: `< ${show(limit)}`, held: ms < limit };
}
