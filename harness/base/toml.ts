// SPDX-License-Identifier: BSD-2-Clause
/** TOML with the place of every key, so that an error about a value can name its line and column. */
import { type AST, getStaticTOMLValue, ParseError, parseTOML } from 'toml-eslint-parser';
import { HarnessError } from './error.js';

/** Keys and indices from the document's root. */
type TomlPath = readonly (string | number)[];

export interface Toml {
  value: unknown;
  /** `file:line:column` of a key, or of the nearest table above it that the text has. */
  where(path: TomlPath): string;
}

type Place = AST.SourceLocation['start'];

const nameOf = (path: TomlPath): string => JSON.stringify(path);

const keyNames = (key: AST.TOMLKey): string[] =>
  key.keys.map((part) => (part.type === 'TOMLBare' ? part.name : part.value));

/** Notes where the keys of a value are. */
function notePlaces(node: AST.TOMLContentNode, path: TomlPath, places: Map<string, Place>): void {
  if (node.type === 'TOMLInlineTable') for (const pair of node.body) notePair(pair, path, places);
  if (node.type === 'TOMLArray') {
    for (const [index, element] of node.elements.entries()) {
      places.set(nameOf([...path, index]), element.loc.start);
      notePlaces(element, [...path, index], places);
    }
  }
}

function notePair({ key, value, loc }: AST.TOMLKeyValue, path: TomlPath, places: Map<string, Place>): void {
  const whole = [...path, ...keyNames(key)];
  places.set(nameOf(whole), loc.start);
  notePlaces(value, whole, places);
}

/** Parses a file's text. Throws HarnessError (usage) with the place where it is no TOML. */
export function readToml(text: string, file: string): Toml {
  let program: AST.TOMLProgram;
  try {
    program = parseTOML(text);
  } catch (cause) {
    if (!(cause instanceof ParseError)) throw cause;
    throw new HarnessError('usage', 'this is not TOML', {
      where: `${file}:${cause.lineNumber}:${cause.column}`,
      got: cause.message,
      cause,
    });
  }
  const places = new Map<string, Place>();
  for (const node of program.body[0].body) {
    if (node.type === 'TOMLKeyValue') notePair(node, [], places);
    else {
      places.set(nameOf(node.resolvedKey), node.loc.start);
      for (const pair of node.body) notePair(pair, node.resolvedKey, places);
    }
  }
  const where = (path: TomlPath): string => {
    for (let length = path.length; length > 0; length -= 1) {
      const place = places.get(nameOf(path.slice(0, length)));
      if (place !== undefined) return `${file}:${place.line}:${place.column + 1}`;
    }
    return file;
  };
  return { value: getStaticTOMLValue(program), where };
}
