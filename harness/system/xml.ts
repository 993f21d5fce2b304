// SPDX-License-Identifier: BSD-2-Clause
/**
 * Parses XML 1.0 text into a tree that records the place of everything. It refuses what the standard forbids and
 * constructs that system descriptions do not use; docs/system-descriptions.md lists them, with the Microkit tool's
 * behaviour.
 *
 * Each character is examined a fixed number of times: the time is linear in the text, whatever it contains.
 */
import { limits, showLimit } from '../base/limits.js';
import { DescriptionError, type Mistake } from './mistake.js';
import { Namespaces } from './namespaces.js';
import { misplacedText } from './preprocessor.js';
import type { Source } from './source.js';
import { Malformed, type StartTag, scanStartTag } from './tag.js';
import { behindSpace, foreignCharacter, plainNameAt, qualifiedAt } from './xml-names.js';

export interface XmlElement extends StartTag {
  content: readonly XmlNode[];
  /** Offset after its last `>`. */
  end: number;
}

interface XmlComment {
  comment: string;
  /** Offsets in the source: of its first character, and after its last. */
  start: number;
  end: number;
}

/** A processing instruction. It is for other programs, and keeps its place. */
interface XmlInstruction {
  instruction: string;
  start: number;
  end: number;
}

export type XmlNode = XmlElement | XmlComment | XmlInstruction;

export const isElement = (node: XmlNode): node is XmlElement => 'content' in node;

/** Section 2.8, rule 23. A byte order mark may precede it. The text is UTF-8 whatever the declaration claims. */
const declaration =
  /^\uFEFF?(<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(["'])1\.[0-9]+\2([ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(["'])[A-Za-z][\w.-]*\4)?([ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(["'])(yes|no)\6)?[ \t\r\n]*\?>)?/;

/** The content of elements without content, which most are. */
const none: readonly never[] = [];

class Walker {
  readonly #text: string;
  readonly #namespaces = new Namespaces();
  /** Offset in the source up to which everything has been consumed. */
  #at = 0;
  #nodes = 0;

  readonly #source: Source;

  constructor(source: Source) {
    this.#source = source;
    this.#text = source.text;
  }

  document(): XmlNode[] {
    const foreign = foreignCharacter(this.#text);
    if (foreign !== undefined) {
      const code = this.#text.codePointAt(foreign) ?? 0;
      this.#refuse(foreign, 'a character that XML does not allow', {
        got: `U+${code.toString(16).toUpperCase().padStart(4, '0')}`,
      });
    }
    this.#at = declaration.exec(this.#text)?.[0].length ?? 0;
    const content = this.#content(0);
    if (this.#at < this.#text.length) this.#misplaced();
    return content;
  }

  /** Elements, comments and instructions up to a closing tag, something misplaced or the end. */
  #content(depth: number): XmlNode[] {
    const found: XmlNode[] = [];
    for (;;) {
      this.#at = behindSpace(this.#text, this.#at);
      const node = this.#node(depth);
      if (node === undefined) return found;
      this.#nodes++;
      if (this.#nodes > limits.descriptionNodes.most) {
        this.#refuse(node.start, 'the description is too large', {
          expected: `at most ${showLimit(limits.descriptionNodes)} ${limits.descriptionNodes.of}`,
        });
      }
      found.push(node);
    }
  }

  #node(depth: number): XmlNode | undefined {
    if (this.#text[this.#at] !== '<') return undefined;
    if (this.#text.startsWith('<!--', this.#at)) return this.#comment();
    const next = this.#text[this.#at + 1];
    if (next === '?') return this.#instruction();
    return next === '/' || next === '!' ? undefined : this.#element(depth);
  }

  /** Section 2.5: no two hyphens except in the closing `-->`. */
  #comment(): XmlComment {
    const start = this.#at;
    const dashes = this.#text.indexOf('--', start + 4);
    if (dashes < 0) this.#refuse(start, 'this comment has no end', { expected: '-->' });
    if (this.#text[dashes + 2] !== '>') {
      this.#refuse(dashes, "a comment cannot contain '--'", {
        expected: "'--' only in the --> that ends it (XML 1.0, section 2.5)",
        wayOut: 'draw rules with another character: <!-- ======== -->; Microkit refuses this one too',
      });
    }
    this.#at = dashes + 3;
    return { comment: this.#text.slice(start + 4, dashes), start, end: this.#at };
  }

  /** Section 2.6. */
  #instruction(): XmlInstruction {
    const start = this.#at;
    const target = plainNameAt(this.#text, start + 2);
    if (/^xml$/i.test(target)) {
      const first = this.#text.slice(0, start).replace('\uFEFF', '') === '';
      this.#refuse(
        start,
        first ? 'the XML declaration is malformed' : 'an XML declaration is not allowed here',
        {
          expected: '<?xml version="1.0" encoding="UTF-8"?> at the very start, or none',
        },
      );
    }
    if (target === '') this.#refuse(start, 'this instruction has no name', { expected: '<?name ...?>' });
    const behind = start + 2 + target.length;
    const close = this.#text.indexOf('?>', behind);
    if (close < 0) this.#refuse(start, 'this instruction has no end', { expected: '?>' });
    if (close > behind && behindSpace(this.#text, behind) === behind)
      this.#refuse(behind, `this is not allowed in the name of the instruction '${target}'`);
    this.#at = close + 2;
    return { instruction: this.#text.slice(start, this.#at), start, end: this.#at };
  }

  #element(depth: number): XmlElement {
    const start = this.#at;
    if (depth >= limits.descriptionDepth.most)
      this.#refuse(start, `more than ${limits.descriptionDepth.most} elements are nested`);
    const tag = this.#sound(scanStartTag(this.#text, start));
    this.#sound(this.#namespaces.enter(tag));
    this.#at = tag.startTagEnd;
    const content = tag.empty ? none : this.#content(depth + 1);
    if (!tag.empty) this.#endTag(tag);
    this.#namespaces.leave();
    return Object.assign(tag, { content, end: this.#at });
  }

  #endTag(tag: StartTag): void {
    const start = this.#at;
    if (start >= this.#text.length) {
      this.#refuse(tag.start, `<${tag.name}> has no end tag`, { expected: `</${tag.name}>` });
    }
    if (!this.#text.startsWith('</', start)) this.#misplaced();
    const name = qualifiedAt(this.#text, start + 2);
    if (name !== tag.name) {
      const { line, column } = this.#source.place(tag.start);
      this.#refuse(start, `</${name}> does not end <${tag.name}>`, {
        expected: `</${tag.name}>: <${tag.name}> begins at ${line}:${column}`,
      });
    }
    const close = behindSpace(this.#text, start + 2 + name.length);
    if (this.#text[close] !== '>') this.#refuse(close, `the tag </${name}> has no end`, { expected: '>' });
    this.#at = close + 1;
  }

  /** Something other than white space is in a place for tags only, or a tag in a place where none is allowed. */
  #misplaced(): never {
    const at = this.#at;
    const text = this.#text;
    if (text.startsWith('<![CDATA[', at))
      this.#refuse(at, 'a CDATA section is not allowed here', { wayOut: 'write comments as <!-- -->' });
    if (text.startsWith('<!', at)) {
      this.#refuse(at, 'a document type is not allowed here', {
        wayOut: 'leave it out: a system description has no entities of its own',
      });
    }
    if (text.startsWith('</', at)) {
      const name = qualifiedAt(text, at + 2);
      this.#refuse(at, `</${name}> ends nothing`, { expected: `<${name}> before it` });
    }
    const { what, wayOut } = misplacedText(text, at);
    this.#refuse(at, what, { wayOut });
  }

  #sound<T>(scanned: T | Malformed): T {
    if (!(scanned instanceof Malformed)) return scanned;
    return this.#refuse(scanned.at, scanned.what, scanned.detail);
  }

  /** Reports the mistake that ends the reading: what follows cannot be understood. */
  #refuse(at: number, what: string, detail: Mistake['detail'] = {}): never {
    throw new DescriptionError([
      { check: 'xml', severity: 'error', what, place: this.#source.place(at), detail },
    ]);
  }
}

/**
 * The root element of an XML text.
 *
 * Throws DescriptionError with one mistake when the text is not well-formed or uses constructs that system descriptions
 * do not use: a document type (so that no entity can be declared), CDATA, text between elements.
 */
export function parseXml(source: Source): XmlElement {
  const [root, second] = parseDocument(source).filter(isElement);
  const refuse = (at: number, what: string, expected?: string): never => {
    const detail = expected === undefined ? {} : { expected };
    throw new DescriptionError([{ check: 'xml', severity: 'error', what, place: source.place(at), detail }]);
  };
  if (root === undefined) return refuse(0, 'there is no element', '<system>');
  if (second !== undefined) refuse(second.start, `<${second.name}> follows the end of <${root.name}>`);
  return root;
}

/** The root element with everything before and after it. Throws as parseXml does. */
export function parseDocument(source: Source): XmlNode[] {
  if (source.text.length > limits.description.most) {
    const [expected, got] = [`at most ${showLimit(limits.description)}`, `${source.text.length} characters`];
    const place = { file: source.file, line: 1, column: 1 };
    const what = 'the description is too large';
    throw new DescriptionError([{ check: 'xml', severity: 'error', what, place, detail: { expected, got } }]);
  }
  return new Walker(source).document();
}
