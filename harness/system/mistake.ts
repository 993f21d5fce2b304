// SPDX-License-Identifier: BSD-2-Clause
/** What is wrong with a system description, and where. */
import { type ErrorDetail, HarnessError } from '../base/error.js';

/** A place in a file. Lines and columns count from 1; a column is a character. */
export interface Place {
  file: string;
  line: number;
  column: number;
}

/** Where an element comes from: a file, or the call that made it. */
export interface Origin {
  /** The place of the element, or of one of its attributes by its XML name (of the element when it is not there). */
  place(attribute?: string): Place;
}

export const formatPlace = ({ file, line, column }: Place) => `${file}:${line}:${column}`;

/** One mistake: the check that found it, its words, and its place. A warning does not refuse the description. */
export interface Mistake {
  check: string;
  severity: 'error' | 'warning';
  what: string;
  place: Place;
  detail: Omit<ErrorDetail, 'where' | 'cause'>;
}

/** Mistakes in the order of their places. */
export function sortMistakes(mistakes: Mistake[]): Mistake[] {
  return mistakes.sort(
    (a, b) =>
      a.place.file.localeCompare(b.place.file) ||
      a.place.line - b.place.line ||
      a.place.column - b.place.column,
  );
}

/** The lines that a terminal shows for one mistake. */
export function explainMistake({ severity, what, place, detail }: Mistake): string {
  const words = severity === 'warning' ? `warning: ${what}` : what;
  return new HarnessError('product', words, { ...detail, where: formatPlace(place) }).explain();
}

/** Every mistake of a description at once. */
export class DescriptionError extends HarnessError {
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly Mistake[]) {
    const [first] = mistakes;
    super('product', first === undefined ? 'the system description is refused' : first.what);
    this.mistakes = mistakes;
  }

  override explain(): string {
    return this.mistakes.map(explainMistake).join('\n');
  }
}
