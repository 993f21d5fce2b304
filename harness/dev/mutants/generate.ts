// SPDX-License-Identifier: BSD-2-Clause
/** Generates mutants of libvmm: every replacement in every source of the folders that a guest reaches. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Language, Parser } from 'web-tree-sitter';
import { type Replacement, replacements } from './operators.js';

/** Folders of src/ whose code a guest can reach. */
const folders = ['gic', 'fault', 'guest', 'images'] as const;

export interface GeneratedMutant extends Replacement {
  /** Relative to the library's src/. */
  file: string;
  /** From 1. */
  line: number;
  /** The replaced text, on one line, for reports. */
  text: string;
  /** The source line after the replacement, without indentation. */
  after: string;
}

const require = createRequire(import.meta.url);

export async function parserOfC(): Promise<Parser> {
  await Parser.init();
  const grammar = join(dirname(require.resolve('tree-sitter-c/package.json')), 'tree-sitter-c.wasm');
  const parser = new Parser();
  parser.setLanguage(await Language.load(grammar));
  return parser;
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').slice(0, 60);

/** The line in which a replacement begins, with the replacement applied. */
function lineAround(source: string, { from, to, instead }: Replacement): string {
  const begin = source.lastIndexOf('\n', from - 1) + 1;
  const end = source.indexOf('\n', to);
  return (source.slice(begin, from) + instead + source.slice(to, end < 0 ? undefined : end)).trim();
}

/** The mutants of one source. Throws when the parser cannot parse the source. */
export function mutantsOf(parser: Parser, file: string, source: string): GeneratedMutant[] {
  const tree = parser.parse(source);
  if (tree === null) throw new Error(`${file} cannot be parsed`);
  const made = [...replacements(tree.rootNode)].map((one) => ({
    ...one,
    file,
    line: source.slice(0, one.from).split('\n').length,
    text: oneLine(source.slice(one.from, one.to)),
    after: lineAround(source, one),
  }));
  tree.delete();
  return made;
}

/** All mutants of a library. */
export async function generateMutants(library: string): Promise<GeneratedMutant[]> {
  const parser = await parserOfC();
  const files = folders.flatMap((folder) =>
    readdirSync(join(library, 'src', folder))
      .filter((name) => name.endsWith('.c'))
      .sort()
      .map((name) => join(folder, name)),
  );
  return files.flatMap((file) => mutantsOf(parser, file, readFileSync(join(library, 'src', file), 'utf8')));
}

/** The source with a replacement applied. */
export const mutated = (source: string, { from, to, instead }: Replacement): string =>
  source.slice(0, from) + instead + source.slice(to);

/** The name in reports: `gic/virq.c:30: comparison: < becomes <=`. */
export const mutantName = ({ file, line, operator, text, instead }: GeneratedMutant): string =>
  `${file}:${line}: ${operator}: ${text === '' ? 'nothing' : text} becomes ${oneLine(instead)}`;
