// SPDX-License-Identifier: BSD-2-Clause
/** How long work tells whoever watches what it does. Only harness/cli prints; everything else calls a `Progress`. */

export type ProgressEvent =
  /** A step begins; until its `done` it is what a terminal shows as running. */
  | { kind: 'start'; step: string }
  /** How far the running step is; `unit` is "MB", "files" and so on. */
  | { kind: 'part'; step: string; done: number; total: number; unit: string }
  /** The step is over; `note` says what came of it ("nothing to do", a size). */
  | { kind: 'done'; step: string; note?: string }
  /** A line to be read whether or not anyone watches. */
  | { kind: 'note'; text: string };

export type Progress = (event: ProgressEvent) => void;

/** For callers that do not care. */
export const noProgress: Progress = () => {};

/** Runs one step between its `start` and its `done`; `work` gives the note, or nothing. */
export async function step<T>(
  progress: Progress,
  name: string,
  work: () => Promise<T>,
  note: (result: T) => string | undefined = () => undefined,
): Promise<T> {
  progress({ kind: 'start', step: name });
  const result = await work();
  const words = note(result);
  progress(words === undefined ? { kind: 'done', step: name } : { kind: 'done', step: name, note: words });
  return result;
}
