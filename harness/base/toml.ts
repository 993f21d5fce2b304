// SPDX-License-Identifier: BSD-2-Clause
/** TOML with the place of every key, so that an error about a value can give its line and column. */
import { parse, TomlError } from 'smol-toml';
import { HarnessError } from './error.js';
import { placesOf, type TomlPath } from './toml-places.js';

export interface Toml {
  value: Record<string, unknown>;
  /**
   * `file:line:column` of a key. A key that is absent has the place of the nearest enclosing table in the text, or of
   * the text's beginning.
   */
  where(path: TomlPath): string;
}

/** Parses the text of `file`. Throws HarnessError (usage) with the place where it is not TOML 1.0. */
export function readToml(text: string, file: string): Toml {
  const value = parsed(text, file);
  const placeOf = placesOf(text);
  const where = (path: TomlPath): string => {
    const { line, column } = placeOf(path);
    return `${file}:${line}:${column}`;
  };
  return { value, where };
}

function parsed(text: string, file: string): Record<string, unknown> {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [what = ''] = error.message.split('\n');
    throw new HarnessError('usage', 'this is not TOML', {
      where: `${file}:${error.line}:${error.column}`,
      got: what.replace(/^Invalid TOML document: /, ''),
    });
  }
}
