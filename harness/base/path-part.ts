// SPDX-License-Identifier: BSD-2-Clause
/** Text from elsewhere that becomes part of a path is accepted or refused here, and nowhere else. */
import { HarnessError } from './error.js';

const form = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$/;

/**
 * Returns the text if it can be the name of a folder and cannot lead out of its parent folder. `what` names the text in
 * errors; `where` is its origin.
 */
export function pathPart(text: string, what: string, where: string): string {
  if (form.test(text)) return text;
  throw new HarnessError('usage', `${what} cannot become the name of a folder`, {
    where,
    expected: 'letters, digits and . _ + -, at most 64, the first a letter or digit',
    got: text === '' ? 'nothing' : text.slice(0, 100),
  });
}
