// SPDX-License-Identifier: BSD-2-Clause
import { placeOfFrame } from '../base/stack-frame.js';
import type { Origin, Place } from './mistake.js';
import type { Source } from './source.js';
import type { XmlElement } from './xml.js';

/** An element that was read from a file. */
export class XmlOrigin implements Origin {
  readonly #source: Source;
  readonly #element: XmlElement;

  constructor(source: Source, element: XmlElement) {
    this.#source = source;
    this.#element = element;
  }

  place(attribute?: string): Place {
    const found = this.#element.attributes.find(({ name }) => name === attribute);
    return this.#source.place((found ?? this.#element).start);
  }
}

/** Stack frames up to the caller: this constructor, the library's public function, and its caller. */
const frames = 3;

/** An element that a program created. Its place is that of the call to the public function that created it. */
export class CallOrigin implements Origin {
  // An Error's own trace costs half as much as captureStackTrace(), and its text is formatted only on demand.
  readonly #call: Error;

  constructor() {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = frames;
    this.#call = new Error();
    Error.stackTraceLimit = stackTraceLimit;
  }

  place(): Place {
    const caller = this.#call.stack?.split('\n')[frames] ?? '';
    const { path, line, column } = placeOfFrame(caller) ?? { path: '<program>', line: 1, column: 1 };
    return { file: path, line, column };
  }
}
