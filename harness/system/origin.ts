// SPDX-License-Identifier: BSD-2-Clause
import { fileURLToPath } from 'node:url';
import type { Origin, Place } from './mistake.js';
import type { Source } from './source.js';
import type { XmlElement } from './xml.js';

/** An element that was read from a file. */
export class XmlOrigin implements Origin {
  constructor(
    private readonly source: Source,
    private readonly element: XmlElement,
  ) {}

  place(attribute?: string): Place {
    const found = this.element.attributes.find(({ name }) => name === attribute);
    return this.source.place((found ?? this.element).start);
  }
}

/** An element that a program made: its place is the call that did. */
export class CallOrigin implements Origin {
  private readonly stack?: string;

  /** `made` is the public function whose caller is meant. */
  constructor(made: (...args: never[]) => unknown) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 1;
    Error.captureStackTrace(this, made);
    Error.stackTraceLimit = stackTraceLimit;
  }

  place(): Place {
    const frame = /\(?((?:file:|\/|[A-Za-z]:)[^()]*):(\d+):(\d+)\)?\s*$/.exec(this.stack ?? '');
    if (frame === null) return { file: '<program>', line: 1, column: 1 };
    const [, path = '', line, column] = frame;
    const file = path.startsWith('file:') ? fileURLToPath(path) : path;
    return { file, line: Number(line), column: Number(column) };
  }
}
