// SPDX-License-Identifier: BSD-2-Clause
/** XML text to a tree of elements and comments that knows the place of everything, with nothing of XML beyond that. */
// The package's CommonJS form is one file; its ES modules are two dozen and take ten times as long to load.
import fastXmlParser = require('fast-xml-parser');

import { DescriptionError, type Mistake } from './mistake.js';
import type { Source } from './source.js';
import { type StartTag, scanStartTag } from './tag.js';

const { XMLParser, XMLValidator } = fastXmlParser;

export interface XmlElement extends StartTag {
  content: (XmlElement | XmlComment)[];
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

/** What fast-xml-parser gives with preserveOrder: one key is the tag, its value the content. */
type Parsed = Record<string, unknown>;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: true,
  parseTagValue: false,
  processEntities: false,
  trimValues: false,
  ignoreDeclaration: true,
  commentPropName: '#comment',
  cdataPropName: '#cdata',
  captureMetaData: true,
  maxNestedTags: depthLimit,
});
const spanKey = XMLParser.getMetaDataSymbol() as symbol;

/** One mistake that ends the reading: what follows can't be understood. */
function refuse(source: Source, offset: number, what: string, detail: Mistake['detail'] = {}): never {
  const place = source.place(offset);
  throw new DescriptionError([{ check: 'xml', severity: 'error', what, place, detail }]);
}

/** Walks fast-xml-parser's tree along the source, so that each node's place is known and nothing is left over. */
class Walker {
  /** Offset in the source up to which everything is accounted for. */
  private at = 0;

  constructor(private readonly source: Source) {}

  document(nodes: Parsed[]): (XmlElement | XmlComment)[] {
    this.at = declaration.exec(this.source.text)?.[0].length ?? 0;
    const content = this.content(nodes, 0);
    this.blank(this.source.text.length);
    return content;
  }

  private content(nodes: Parsed[], depth: number): (XmlElement | XmlComment)[] {
    const found: (XmlElement | XmlComment)[] = [];
    for (const node of nodes) {
      const [key = ''] = Object.keys(node);
      if (key === '#comment') found.push(this.comment());
      else if (key !== '#text') found.push(this.element(node, key, depth));
    }
    return found;
  }

  private comment(): XmlComment {
    const start = this.source.text.indexOf('<!--', this.at);
    const end = this.source.text.indexOf('-->', start) + 3;
    this.blank(start);
    this.at = end;
    return { comment: this.source.text.slice(start + 4, end - 3), start, end };
  }

  private element(node: Parsed, key: string, depth: number): XmlElement {
    if (key === '#cdata') return refuse(this.source, this.at, 'a CDATA section does not belong here');
    const { startIndex: start } = (node as Record<symbol, { startIndex: number }>)[spanKey] ?? {
      startIndex: this.at,
    };
    this.blank(start);
    if (key.startsWith('?')) return this.instruction(start);
    if (depth >= depthLimit) return refuse(this.source, start, tooDeep);
    const tag = scanStartTag(this.source.text, start);
    if (typeof tag === 'string') return this.malformed(start, tag);
    this.at = tag.startTagEnd;
    const content = this.content(node[key] as Parsed[], depth + 1);
    if (!tag.empty) this.endTag(tag);
    const { name, attributes, startTagEnd, empty } = tag;
    return { name, attributes, start, startTagEnd, empty, content, end: this.at };
  }

  private endTag(tag: StartTag): void {
    const start = this.source.text.indexOf('<', this.at);
    if (start >= 0) this.blank(start);
    const match = /^<\/([^\s>]+)\s*>/.exec(this.source.text.slice(start, start + tag.name.length + 100));
    if (start < 0 || match?.[1] !== tag.name) {
      this.malformed(tag.start, `<${tag.name}> has no end tag of its own`);
    } else {
      this.at = start + match[0].length;
    }
  }

  /** From here to `end` nothing but white space may stand. */
  private blank(end: number): void {
    const text = this.source.text.slice(this.at, end);
    const first = text.search(/\S/);
    if (first < 0) return;
    const words =
      text
        .slice(first)
        .split(/[\r\n<]/)[0]
        ?.trim() ?? '';
    if (text.startsWith('<?', first)) this.instruction(this.at + first);
    if (text[first] === '<') this.malformed(this.at + first, 'this tag does not belong here');
    refuse(this.source, this.at + first, `a text does not belong here: '${words.slice(0, 40)}'`, {
      wayOut: 'remarks go into <!-- -->',
    });
  }

  private instruction(offset: number): never {
    return refuse(this.source, offset, 'an instruction (<? ?>) does not belong here', {
      expected: '<?xml version="1.0" encoding="UTF-8"?> at the very start, or none',
    });
  }

  /** The parser took what is not well-formed: its validator says why, with our words when it sees nothing. */
  private malformed(offset: number, what: string): never {
    const verdict = XMLValidator.validate(this.source.text);
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
  let nodes: Parsed[];
  try {
    nodes = parser.parse(text) as Parsed[];
  } catch (error) {
    const verdict = XMLValidator.validate(text);
    const { message } = error as Error;
    if (/nested tags/.test(message)) return refuse(source, 0, tooDeep);
    if (verdict === true) return refuse(source, 0, message);
    return refuse(source, source.offset(verdict.err.line, verdict.err.col), verdict.err.msg);
  }
  return new Walker(source).document(nodes);
}
