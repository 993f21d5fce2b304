// SPDX-License-Identifier: BSD-2-Clause
/** Mistakes in a system description, and their places. */

import { type ErrorDetail, HarnessError } from '../base/error.js';
import { limits } from '../base/limits.js';

/** A place in a file. Lines and columns count from 1; a column is a character. */
export interface Place {
  file: string;
  line: number;
  column: number;
}

/** Where an element comes from: a file, or the call that created it. */
export interface Origin {
  /**
   * The place of the element, or of one of its attributes by its XML name. An attribute that is absent has the
   * element's place.
   */
  place(attribute?: string): Place;
}

export const formatPlace = ({ file, line, column }: Place) => `${file}:${line}:${column}`;

/** One mistake: the check that found it, its message and its place. A warning does not refuse the description. */
export interface Mistake {
  check: string;
  severity: 'error' | 'warning';
  what: string;
  place: Place;
  detail: Omit<ErrorDetail, 'where' | 'cause'>;
}

/** The first mistakes that were found, and the number of all. */
export interface Findings {
  mistakes: Mistake[];
  errors: number;
  warnings: number;
}

/** Collects mistakes as they are found. A file can contain more of them than anybody reads. */
export class Finder implements Findings {
  readonly mistakes: Mistake[] = [];
  errors = 0;
  warnings = 0;

  /** Counts a mistake. `make` builds it, and is called only while there is room. */
  add(severity: Mistake['severity'], make: () => Omit<Mistake, 'severity'>): void {
    if (severity === 'error') this.errors++;
    else this.warnings++;
    if (this.mistakes.length < limits.mistakes.most) this.mistakes.push({ ...make(), severity });
  }
}

/** All findings, in the order of their places. */
export function joinFindings(parts: readonly Findings[]): Findings {
  const sum = (count: (part: Findings) => number) => parts.reduce((total, part) => total + count(part), 0);
  return {
    mistakes: sortMistakes(parts.flatMap(({ mistakes }) => mistakes)),
    errors: sum(({ errors }) => errors),
    warnings: sum(({ warnings }) => warnings),
  };
}

/** Mistakes in the order of their places. */
function sortMistakes(mistakes: Mistake[]): Mistake[] {
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

/** The lines for the first of the mistakes, and the number of further ones. */
export function explainMistakes(mistakes: readonly Mistake[], total = mistakes.length): string[] {
  const shown = mistakes.slice(0, limits.mistakes.most);
  const more = total - shown.length;
  return [...shown.map(explainMistake), ...(more > 0 ? [`... and ${more.toLocaleString('en')} more`] : [])];
}

/** The first mistakes of a description, and the total number, as one error. */
export class DescriptionError extends HarnessError {
  constructor(
    readonly mistakes: readonly Mistake[],
    readonly total: number = mistakes.length,
  ) {
    const [first] = mistakes;
    super('product', first === undefined ? 'the system description is refused' : first.what);
  }

  override explain(): string {
    return explainMistakes(this.mistakes, this.total).join('\n');
  }
}
