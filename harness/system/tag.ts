// SPDX-License-Identifier: BSD-2-Clause
/** The start tag of an element, read where fast-xml-parser found it: it keeps no place of an attribute. */

export interface XmlAttribute {
  name: string;
  /** With references resolved and white space made spaces, as XML 1.0 section 3.3.3 says. */
  value: string;
  /** Offset of the name in the source. */
  start: number;
}

export interface StartTag {
  name: string;
  attributes: XmlAttribute[];
  /** Offset of its `<`. */
  start: number;
  /** Offset behind its `>`. */
  startTagEnd: number;
  /** `<a/>`: has no content and no end tag. */
  empty: boolean;
}

const nameAt = /[A-Za-z_:\u0080-\uFFFF][-A-Za-z0-9._:\u0080-\uFFFF]*/y;
const attributeAt =
  /(\s+)([A-Za-z_:\u0080-\uFFFF][-A-Za-z0-9._:\u0080-\uFFFF]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;
const endAt = /\s*(\/?)>/y;

const named: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** What a value holds that is not meant as it stands. */
const special = /[&\t\n\r]/;

/** The text behind the references in `raw`; undefined when one of them is unknown. */
function resolve(raw: string): string | undefined {
  if (!special.test(raw)) return raw;
  const spaced = raw.replace(/[\t\n\r]/g, ' ');
  let unknown = false;
  const text = spaced.replace(
    /&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([a-z]+));|&/g,
    (_, hex, decimal, name) => {
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      if (code > 0 && code <= 0x10_ffff) return String.fromCodePoint(code);
      const letter = named[name as string];
      unknown ||= letter === undefined;
      return letter ?? '';
    },
  );
  return unknown ? undefined : text;
}

/** The start tag at `start`, or what is wrong with it. */
export function scanStartTag(text: string, start: number): StartTag | string {
  nameAt.lastIndex = start + 1;
  const name = nameAt.exec(text)?.[0];
  if (name === undefined) return 'this is no tag';
  const attributes: XmlAttribute[] = [];
  let at = nameAt.lastIndex;
  for (;;) {
    attributeAt.lastIndex = at;
    const match = attributeAt.exec(text);
    if (match === null) break;
    const [, space = '', attribute = ''] = match;
    const value = resolve(match[3] ?? match[4] ?? '');
    if (value === undefined) return `attribute '${attribute}' of <${name}> holds an unknown entity`;
    if (attributes.some((other) => other.name === attribute))
      return `attribute '${attribute}' is given twice`;
    attributes.push({ name: attribute, value, start: at + space.length });
    at = attributeAt.lastIndex;
  }
  endAt.lastIndex = at;
  const end = endAt.exec(text);
  if (end === null) return `the attributes of <${name}> are malformed`;
  return { name, attributes, start, startTagEnd: endAt.lastIndex, empty: end[1] === '/' };
}
