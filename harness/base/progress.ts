// SPDX-License-Identifier: BSD-2-Clause
/**
 * How work reports what it is doing to whoever watches. Only harness/cli prints; everything else calls a `Progress`.
 */

export type ProgressEvent =
  /** A step begins. A terminal shows it as running until its `done`. */
  | { kind: 'start'; step: string }
  /** How far the running step has come; `unit` is "MB", "files" and so on. */
  | { kind: 'part'; step: string; done: number; total: number; unit: string }
  /** The step is over; `note` is its result in brief ("nothing to do", a size). */
  | { kind: 'done'; step: string; note?: string }
  /** A line that is printed even when nobody watches. */
  | { kind: 'note'; text: string };

export type Progress = (event: ProgressEvent) => void;

/** For callers that do not report progress. */
export const noProgress: Progress = () => {};

/** Runs one step between its `start` and its `done`. `note` turns the result into the step's note, if it has one. */
export async function step<T>(
  progress: Progress,
  name: string,
  work: () => Promise<T>,
  note: (result: T) => string | undefined = () => undefined,
): Promise<T> {
  progress({ kind: 'start', step: name });
  const result = await work();
  const text = note(result);
  progress(text === undefined ? { kind: 'done', step: name } : { kind: 'done', step: name, note: text });
  return result;
}
