// SPDX-License-Identifier: BSD-2-Clause
/**
 * XML text to a tree of elements and comments that knows the place of everything, with nothing of XML beyond that.
 *
 * fast-xml-parser has the say in what is malformed. Its tree has no place for an attribute and no line for a closing tag,
 * so it would have to be walked along the text once more: the text alone is walked, in a third of the time.
 */
// The package's CommonJS form is one file; its ES modules are two dozen and take ten times as long to load.
import fastXmlParser = require('fast-xml-parser');

import { DescriptionError, type Mistake } from './mistake.js';
import type { Source } from './source.js';
import { type StartTag, scanStartTag } from './tag.js';

const { XMLValidator } = fastXmlParser;

export interface XmlElement extends StartTag {
  content: readonly (XmlElement | XmlComment)[];
  /** Offset behind its last `>`. */
  end: number;
}

export interface XmlComment {
  comment: string;
  /** Offsets in the source: of its first character, and behind its last. */
  start: number;
  end: number;
}

/** Larger descriptions are refused before they are parsed: 2,000 maps take about 200 KB. */
const sizeLimit = 16 * 1024 * 1024;
/** 63 protection domains inside each other, and what the innermost holds. */
const depthLimit = 70;
const tooDeep = `more than ${depthLimit} elements lie inside each other`;

/** XML 1.0 section 2.8, rule 23; a byte order mark may stand before it. The text is UTF-8 whatever it says. */
const declaration =
  /^\uFEFF?(<\?xml\s+version\s*=\s*(["'])1\.[0-9]+\2(\s+encoding\s*=\s*(["'])[A-Za-z][\w.-]*\4)?(\s+standalone\s*=\s*(["'])(yes|no)\6)?\s*\?>)?/;

/** The content of elements without any, who are most. */
const none: readonly never[] = [];

/** One mistake that ends the reading: what follows can't be understood. */
function refuse(source: Source, offset: number, what: string, detail: Mistake['detail'] = {}): never {
  const place = source.place(offset);
  throw new DescriptionError([{ check: 'xml', severity: 'error', what, place, detail }]);
}

/** What may stand between elements: XML 1.0 section 2.3, rule 3. */
const space = /[ \t\r\n]*/y;
/** What begins an element. */
const elementAt = /<[A-Za-z_:\u0080-\uFFFF]/y;
const endTagAt = /<\/([^\s>]+)\s*>/y;

class Walker {
  private readonly text: string;
  /** Offset in the source up to which everything is accounted for. */
  private at = 0;

  constructor(private readonly source: Source) {
    this.text = source.text;
  }

  document(): (XmlElement | XmlComment)[] {
    this.at = declaration.exec(this.text)?.[0].length ?? 0;
    const content = this.content(0);
    if (this.at < this.text.length) this.misplaced(this.at);
    return content;
  }

  /** Elements and comments up to a closing tag, something misplaced or the end. */
  private content(depth: number): (XmlElement | XmlComment)[] {
    const found: (XmlElement | XmlComment)[] = [];
    for (;;) {
      this.skipSpace();
      if (this.text.startsWith('<!--', this.at)) found.push(this.comment());
      else if (this.elementFollows()) found.push(this.element(depth));
      else return found;
    }
  }

  private elementFollows(): boolean {
    elementAt.lastIndex = this.at;
    return elementAt.test(this.text);
  }

  private comment(): XmlComment {
    const start = this.at;
    const close = this.text.indexOf('-->', start + 4);
    if (close < 0) this.malformed(start, 'this comment has no end');
    this.at = close + 3;
    return { comment: this.text.slice(start + 4, close), start, end: this.at };
  }

  private element(depth: number): XmlElement {
    const start = this.at;
    if (depth >= depthLimit) return refuse(this.source, start, tooDeep);
    const tag = scanStartTag(this.text, start);
    if (typeof tag === 'string') return this.malformed(start, tag);
    this.at = tag.startTagEnd;
    if (tag.empty) return Object.assign(tag, { content: none, end: this.at });
    const content = this.content(depth + 1);
    this.endTag(tag);
    return Object.assign(tag, { content, end: this.at });
  }

  private endTag(tag: StartTag): void {
    endTagAt.lastIndex = this.at;
    const name = endTagAt.exec(this.text)?.[1];
    if (name === undefined && this.at < this.text.length) this.misplaced(this.at);
    if (name !== tag.name) this.malformed(tag.start, `<${tag.name}> has no end tag of its own`);
    this.at = endTagAt.lastIndex;
  }

  private skipSpace(): void {
    space.lastIndex = this.at;
    space.test(this.text);
    this.at = space.lastIndex;
  }

  /** Something other than white space stands where only a tag may, or a tag where none may. */
  private misplaced(at: number): never {
    if (this.text.startsWith('<?', at)) {
      return refuse(this.source, at, 'an instruction (<? ?>) does not belong here', {
        expected: '<?xml version="1.0" encoding="UTF-8"?> at the very start, or none',
      });
    }
    if (this.text.startsWith('<![CDATA[', at))
      return refuse(this.source, at, 'a CDATA section does not belong here');
    if (this.text[at] === '<') return this.malformed(at, 'this tag does not belong here');
    const words = /[^\r\n<]*/.exec(this.text.slice(at, at + 41))?.[0].trim() ?? '';
    return refuse(this.source, at, `a text does not belong here: '${words.slice(0, 40)}'`, {
      wayOut: 'remarks go into <!-- -->',
    });
  }

  /** What is not well-formed: the validator says why, with our words when it sees nothing. */
  private malformed(offset: number, what: string): never {
    const verdict = XMLValidator.validate(this.text);
    if (verdict === true) return refuse(this.source, offset, what);
    const { line, col, msg } = verdict.err;
    return refuse(this.source, this.source.offset(line, col), msg);
  }
}

/**
 * The root element of an XML text.
 *
 * Throws DescriptionError with one mistake when the text is not well-formed or uses what system descriptions have no use
 * for: a document type (so no entity can be declared), CDATA, instructions, text between elements.
 */
export function parseXml(source: Source): XmlElement {
  const elements = parseDocument(source).filter((node): node is XmlElement => !('comment' in node));
  const [root, second] = elements;
  if (root === undefined) return refuse(source, 0, 'there is no element', { expected: '<system>' });
  if (second !== undefined)
    refuse(source, second.start, `<${second.name}> follows the end of <${root.name}>`);
  return root;
}

/** The root element with the comments before and behind it. Throws as parseXml does. */
export function parseDocument(source: Source): (XmlElement | XmlComment)[] {
  const { text } = source;
  if (text.length > sizeLimit) {
    refuse(source, 0, 'the description is too large', {
      expected: `at most ${sizeLimit} characters`,
      got: String(text.length),
    });
  }
  const docType = text
    .replace(/<!--[\s\S]*?-->/g, (comment) => ' '.repeat(comment.length))
    .search(/<!(?!\[|--)/);
  if (docType >= 0) {
    refuse(source, docType, 'a document type does not belong here', {
      wayOut: 'leave it out: a system description has no entities of its own',
    });
  }
  return new Walker(source).document();
}
