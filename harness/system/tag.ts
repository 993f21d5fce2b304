// SPDX-License-Identifier: BSD-2-Clause
/** Start tags: XML 1.0 section 3.1, rules 40, 41 and 44. */
import { limits, showLimit } from '../base/limits.js';
import { behindSpace, isXmlCharacter, qualifiedAt } from './xml-names.js';

export interface XmlAttribute {
  /** Including its prefix. */
  name: string;
  /** With references resolved and white space normalised, as in XML 1.0 section 3.3.3. */
  value: string;
  /** Offset of the name in the source. */
  start: number;
}

export interface StartTag {
  /** Including its prefix. */
  name: string;
  attributes: XmlAttribute[];
  /** Offset of its `<`. */
  start: number;
  /** Offset after its `>`. */
  startTagEnd: number;
  /** `<a/>`: has no content and no end tag. */
  empty: boolean;
}

/** An error of well-formedness, and its place. */
export class Malformed {
  constructor(
    readonly at: number,
    readonly what: string,
    readonly detail: { expected?: string; got?: string; wayOut?: string } = {},
  ) {}
}

const named = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);
const references = '&lt; &gt; &amp; &quot; &apos;, or a character by its number';

/** Characters of a value that need processing. */
const special = /[&\t\n\r]/;
const reference = /&(?:#x([0-9a-fA-F]+)|#([0-9]+)|([^\s&;]{1,40}));|&/g;

/** White space becomes spaces, and a two-character line end becomes one (sections 2.11 and 3.3.3). */
const spaced = (raw: string) => raw.replace(/\r\n|[\t\n\r]/g, ' ');

/** The character of a numeric reference; undefined when XML does not allow it. */
function characterOf(hex: string | undefined, decimal: string | undefined): string | undefined {
  if (hex === undefined && decimal === undefined) return undefined;
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  return isXmlCharacter(code) ? String.fromCodePoint(code) : undefined;
}

/** The value of `raw`, which begins at `start`, with its references resolved (sections 4.1 and 4.6). */
function resolve(raw: string, start: number): string | Malformed {
  if (!special.test(raw)) return raw;
  let text = '';
  let at = 0;
  for (const { index, 0: all, 1: hex, 2: decimal, 3: name = '' } of raw.matchAll(reference)) {
    const letter = named.get(name) ?? characterOf(hex, decimal);
    if (letter === undefined) {
      const what = all === '&' ? "'&' must be written as &amp;" : `the reference '${all}' is unknown`;
      return new Malformed(start + index, what, { expected: references });
    }
    text += spaced(raw.slice(at, index)) + letter;
    at = index + all.length;
  }
  return text + spaced(raw.slice(at));
}

/** The quoted value at `at`; `name` is its attribute. */
function scanValue(text: string, at: number, name: string): { raw: string; end: number } | Malformed {
  const quote = text[at];
  if (quote !== '"' && quote !== "'")
    return new Malformed(at, `the value of '${name}' has no quotes`, { expected: `${name}="..."` });
  const stop = quote === '"' ? /["<]/g : /['<]/g;
  stop.lastIndex = at + 1;
  const found = stop.exec(text);
  if (found === null) return new Malformed(at, `the value of '${name}' has no end`, { expected: quote });
  if (found[0] === '<')
    return new Malformed(found.index, `the value of '${name}' contains '<'`, {
      expected: `&lt;, or ${quote} first`,
    });
  return { raw: text.slice(at + 1, found.index), end: found.index + 1 };
}

/** The attribute at `start`, and the offset after it. */
function scanAttribute(text: string, start: number): { attribute: XmlAttribute; end: number } | Malformed {
  const name = qualifiedAt(text, start);
  if (name === '')
    return new Malformed(start, 'this is not an attribute', { expected: 'name="value", / or >' });
  const equals = behindSpace(text, start + name.length);
  if (text[equals] !== '=')
    return new Malformed(start, `attribute '${name}' has no value`, { expected: `${name}="..."` });
  const at = behindSpace(text, equals + 1);
  const scanned = scanValue(text, at, name);
  if (scanned instanceof Malformed) return scanned;
  if (scanned.raw.length > limits.descriptionValue.most) {
    const expected = `at most ${showLimit(limits.descriptionValue)}`;
    return new Malformed(at, `the value of '${name}' is too long`, { expected });
  }
  const value = resolve(scanned.raw, at + 1);
  if (value instanceof Malformed) return value;
  return { attribute: { name, value, start }, end: scanned.end };
}

/** The start tag at `start`, or its error. */
export function scanStartTag(text: string, start: number): StartTag | Malformed {
  const name = qualifiedAt(text, start + 1);
  if (name === '')
    return new Malformed(start, 'this is not a tag', { expected: '&lt; for the character itself' });
  const attributes: XmlAttribute[] = [];
  const names = new Set<string>();
  for (let at = start + 1 + name.length; ; ) {
    const next = behindSpace(text, at);
    if (text.startsWith('/>', next)) return { name, attributes, start, startTagEnd: next + 2, empty: true };
    if (text[next] === '>') return { name, attributes, start, startTagEnd: next + 1, empty: false };
    if (next >= text.length) return new Malformed(start, `the tag <${name}> has no end`);
    if (next === at)
      return new Malformed(next, 'white space is missing here', { expected: 'a space, / or >' });
    if (attributes.length === limits.descriptionAttributes.most)
      return new Malformed(
        next,
        `<${name}> has more than ${showLimit(limits.descriptionAttributes)} attributes`,
      );
    const scanned = scanAttribute(text, next);
    if (scanned instanceof Malformed) return scanned;
    const { attribute, end } = scanned;
    if (names.has(attribute.name)) return new Malformed(next, `attribute '${attribute.name}' is given twice`);
    names.add(attribute.name);
    attributes.push(attribute);
    at = end;
  }
}
