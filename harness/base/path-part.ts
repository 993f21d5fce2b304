// SPDX-License-Identifier: BSD-2-Clause
/** Texts from elsewhere that become part of a path: the one place that lets them through or refuses them. */
import { HarnessError } from './error.js';

const form = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$/;

/** The text, when it can be a folder's name and cannot lead out of where it is put. `what` is it, `where` its origin. */
export function pathPart(text: string, what: string, where: string): string {
  if (form.test(text)) return text;
  throw new HarnessError('usage', `${what} cannot become the name of a folder`, {
    where,
    expected: 'letters, digits and . _ + -, at most 64, the first a letter or digit',
    got: text === '' ? 'nothing' : text.slice(0, 100),
  });
}
