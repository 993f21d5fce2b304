// SPDX-License-Identifier: BSD-2-Clause
/** Text where only elements are allowed. Most often the description has yet to be preprocessed. */

/** Directives of the C preprocessor, and the line markers that it leaves. */
const directive = /^#[ \t]*(include|define|undef|if|ifdef|ifndef|else|elif|endif|pragma)\b/;
const lineMarker = /^#[ \t]*(line[ \t]+)?[0-9]+[ \t]+"/;

const shown = 40;

/** The message for the text at an offset, and the way out. */
export function misplacedText(text: string, at: number): { what: string; wayOut: string } {
  const line = /^[^\r\n<]*/.exec(text.slice(at, at + 200))?.[0] ?? '';
  const [, word] = directive.exec(line) ?? [];
  if (word !== undefined) {
    return {
      what: `#${word} is a directive of the C preprocessor, which has not been run`,
      wayOut: 'run the preprocessor first: cpp -P -undef IN > OUT.system, and check OUT.system',
    };
  }
  if (lineMarker.test(line)) {
    return {
      what: 'a line marker of the C preprocessor is not allowed here',
      wayOut: 'run the preprocessor without line markers: cpp -P',
    };
  }
  const words = line
    .slice(0, shown + 1)
    .trim()
    .slice(0, shown);
  return { what: `text is not allowed here: '${words}'`, wayOut: 'write comments as <!-- -->' };
}
