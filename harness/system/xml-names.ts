// SPDX-License-Identifier: BSD-2-Clause
/** Names, white space and characters of XML 1.0 (fifth edition), sections 2.2 and 2.3. */

/** Rule 4 without the colon, which has a meaning in Namespaces in XML 1.0. */
const nameStart =
  'A-Z_a-z\\u{C0}-\\u{D6}\\u{D8}-\\u{F6}\\u{F8}-\\u{2FF}\\u{370}-\\u{37D}\\u{37F}-\\u{1FFF}\\u{200C}\\u{200D}' +
  '\\u{2070}-\\u{218F}\\u{2C00}-\\u{2FEF}\\u{3001}-\\u{D7FF}\\u{F900}-\\u{FDCF}\\u{FDF0}-\\u{FFFD}\\u{10000}-\\u{EFFFF}';
/** Rule 4a. */
const nameLetter = `${nameStart}\\-.0-9\\u{B7}\\u{300}-\\u{36F}\\u{203F}\\u{2040}`;
const plainName = `[${nameStart}][${nameLetter}]*`;

const nameAt = new RegExp(plainName, 'uy');
const qualifiedNameAt = new RegExp(`${plainName}(?::${plainName})?`, 'uy');
const spaceAt = /[ \t\r\n]*/y;

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

/** The name without a colon at an offset; empty if there is none. */
export const plainNameAt = (text: string, at: number) => matchAt(nameAt, text, at);

/** The name at an offset, including its prefix; empty if there is none. */
export const qualifiedAt = (text: string, at: number) => matchAt(qualifiedNameAt, text, at);

/** The offset after the white space at an offset (rule 3). */
export function behindSpace(text: string, at: number): number {
  spaceAt.lastIndex = at;
  spaceAt.test(text);
  return spaceAt.lastIndex;
}

/** The prefix of a name; empty if it has none. */
export const prefixOf = (name: string) => name.slice(0, Math.max(name.indexOf(':'), 0));

const notXml = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/** The offset of the first character that XML does not allow (rule 2); undefined if there is none. */
export function foreignCharacter(text: string): number | undefined {
  const at = text.search(notXml);
  return at < 0 ? undefined : at;
}

/** Whether a number is the code of a character that XML allows. */
export const isXmlCharacter = (code: number) => code <= 0x10_ffff && !notXml.test(String.fromCodePoint(code));
