// SPDX-License-Identifier: BSD-2-Clause
/** A benchmark and its result: figures, each of which is one line of the table. */
import type { Board } from '../../../boards/board.js';
import type { Progress } from '../../base/progress.js';
import type { Sdk } from '../../microkit/sdk.js';

export interface Figure {
  name: string;
  /** The subject of the measurement: `minikit`, `seL4`, or empty if there is only one. */
  on: string;
  /** Including its unit. */
  value: string;
  /** A figure to compare with, and its source. */
  comparedWith?: string;
  /** The limit for the value. */
  limit?: string;
  /** Whether the value is within the limit; undefined without a limit. */
  held?: boolean;
}

export interface BenchContext {
  board: Board;
  minikit: Sdk;
  /** A Microkit SDK, if this machine has one. */
  microkit: Sdk | undefined;
  /** All SDKs: minikit, and every Microkit SDK on this machine. */
  sdks: readonly Sdk[];
  progress: Progress;
}

export interface Bench {
  /** The name for `--only`. */
  name: string;
  about: string;
  run(context: BenchContext): Promise<Figure[]>;
}

/** The middle value; of an even number of values the lower of the two in the middle. */
export function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;
}

/** The `on` of figures for one SDK. */
export const subjectOf = ({ provider }: Sdk): string => (provider === 'minikit' ? 'minikit' : 'seL4');

export const milliseconds = (ms: number): string => `${ms.toFixed(0)} ms`;
export const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

/** A figure in milliseconds with an upper limit. */
export function below(name: string, on: string, ms: number, limit: number): Figure {
  const show = limit < 2000 ? milliseconds : seconds;
  return { name, on, value: show(ms), limit: `< ${show(limit)}`, held: ms < limit };
}
