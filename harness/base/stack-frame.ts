// SPDX-License-Identifier: BSD-2-Clause
/** Places in the stack of an error, as V8 writes them: `    at name (file:///a.js:1:2)`, or without a name and brackets. */
import { fileURLToPath } from 'node:url';

export interface FramePlace {
  path: string;
  line: number;
  column: number;
}

/** The place of one line of a stack; undefined when it names no file. */
export function placeOfFrame(frame: string): FramePlace | undefined {
  const text = frame.trim();
  const place = /:(\d+):(\d+)\)?$/.exec(text);
  if (place === null) return undefined;
  const before = text.slice(0, place.index);
  const name = before.slice(before.lastIndexOf('(') + 1).replace(/^at (?:async )?/, '');
  const path = name.startsWith('file:') ? fileURLToPath(name) : name;
  return /^(?:\/|[A-Za-z]:)/.test(path)
    ? { path, line: Number(place[1]), column: Number(place[2]) }
    : undefined;
}
