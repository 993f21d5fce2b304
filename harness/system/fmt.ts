// SPDX-License-Identifier: BSD-2-Clause
/**
 * Formats system descriptions in one style: four spaces a level, attributes and values as the library writes them, at
 * most one empty line between elements. Meaning, order and comments stay.
 */
import { specOf } from './element.js';
import { DescriptionError } from './mistake.js';
import { readSystem } from './read.js';
import type { Source } from './source.js';
import { kinds } from './values.js';
import { versions } from './versions.js';
import type { AttributeSpec, ChildSpec, ElementType } from './vocabulary.js';
import { formatAttribute, indentation, xmlDeclaration } from './write.js';
import { isElement, parseDocument, type XmlElement, type XmlNode } from './xml.js';

/** A start tag longer than this has its attributes on separate lines. */
const lineLength = 110;

/** Attributes in the order of the vocabulary with their values in the one style, followed by namespace declarations. */
function attributesOf({ attributes }: XmlElement, type: ElementType): string[] {
  const specs: Record<string, AttributeSpec> = specOf(type).attributes;
  const known = Object.entries(specs).flatMap(([name, { kind }]) => {
    const given = attributes.find((attribute) => attribute.name === name);
    const value = given && kinds[kind].read(given.value);
    return value === undefined ? [] : [formatAttribute(name, kind, value)];
  });
  const others = attributes.filter(({ name }) => !Object.hasOwn(specs, name));
  return [...known, ...others.map(({ name, value }) => formatAttribute(name, 'text', value))];
}

class Formatter {
  readonly #lines: string[] = [xmlDeclaration];

  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text of a whole document. */
  document(nodes: readonly XmlNode[]): string {
    this.#nodes(nodes, () => 'system', 0, 0);
    return `${this.#lines.join('\n')}\n`;
  }

  /** Sibling nodes. The first of them comes after `from` in the source. */
  #nodes(nodes: readonly XmlNode[], typeOf: (tag: string) => ElementType, depth: number, from: number): void {
    let at = from;
    for (const [index, node] of nodes.entries()) {
      const newlines = this.#text.slice(at, node.start).match(/\r\n|\n|\r/g)?.length ?? 0;
      if (index > 0 && newlines > 1) this.#lines.push('');
      if (isElement(node)) this.#element(node, typeOf(node.name), depth);
      else this.#remark(node, depth, index > 0 && newlines === 0);
      at = node.end;
    }
  }

  /** A comment or an instruction. If it follows an element on the same line, it stays there. */
  #remark({ start, end }: XmlNode, depth: number, sameLine: boolean): void {
    const text = this.#text.slice(start, end).replace(/\r\n?/g, '\n');
    if (sameLine) this.#lines.push(`${this.#lines.pop()} ${text}`);
    else this.#lines.push(`${indentation(depth)}${text}`);
  }

  #element(xml: XmlElement, type: ElementType, depth: number): void {
    const children: Record<string, ChildSpec> = specOf(type).children;
    const end = xml.content.length === 0 ? ' />' : '>';
    const attributes = attributesOf(xml, type);
    const line = [`${indentation(depth)}<${xml.name}`, ...attributes].join(' ') + end;
    if (line.length <= lineLength) this.#lines.push(line);
    else {
      this.#lines.push(`${indentation(depth)}<${xml.name}`);
      for (const attribute of attributes) this.#lines.push(`${indentation(depth + 2)}${attribute}`);
      this.#lines.push(`${this.#lines.pop()}${end}`);
    }
    if (xml.content.length === 0) return;
    const typeOf = (tag: string) => (children[tag]?.as ?? tag) as ElementType;
    this.#nodes(xml.content, typeOf, depth + 1, xml.startTagEnd);
    this.#lines.push(`${indentation(depth)}</${xml.name}>`);
  }
}

/**
 * A description in the one style. Throws DescriptionError when it contains something that no version of Microkit reads.
 */
export function formatSystem(source: Source): string {
  const { mistakes, errors } = readSystem(source, versions[versions.length - 1]);
  if (errors > 0) throw new DescriptionError(mistakes, errors);
  return new Formatter(source.text).document(parseDocument(source));
}
