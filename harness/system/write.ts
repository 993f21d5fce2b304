// SPDX-License-Identifier: BSD-2-Clause
/** Writes a System as XML in one style: attributes in the order of the vocabulary, four spaces a level. */
import { escapeXml } from '../base/text.js';
import { Comment, camel, type Element, specOf } from './element.js';
import { type Kind, kinds } from './values.js';
import type { AttributeSpec, ElementType } from './vocabulary.js';

export const xmlDeclaration = '<?xml version="1.0" encoding="UTF-8"?>';
export const indentation = (depth: number) => '    '.repeat(depth);

/** A text inside double quotes. Characters that XML would turn into a space are written as references. */
const escapeAttribute = (text: string): string =>
  escapeXml(text).replace(/[\t\n\r]/g, (letter) => `&#${letter.charCodeAt(0)};`);

/** `name="value"` in the style of its kind. */
export function formatAttribute(name: string, kind: Kind, value: unknown): string {
  const write = kinds[kind].write as (value: unknown, attribute: string) => string;
  return `${name}="${escapeAttribute(write(value, name))}"`;
}

interface Row {
  name: string;
  key: string;
  kind: Kind;
}

const rowsOf = new Map<ElementType, readonly Row[]>();

/** The attributes of an element type, in the order of the vocabulary. */
function rows(type: ElementType): readonly Row[] {
  const known = rowsOf.get(type);
  if (known !== undefined) return known;
  const specs: Record<string, AttributeSpec> = specOf(type).attributes;
  const made = Object.entries(specs).map(([name, { kind }]) => ({ name, key: camel(name), kind }));
  rowsOf.set(type, made);
  return made;
}

function startTag(element: Element, depth: number): string {
  const values = element.attributes as Record<string, unknown>;
  let text = `${indentation(depth)}<${element.tag}`;
  for (const { name, key, kind } of rows(element.type)) {
    const value = values[key];
    if (value !== undefined) text += ` ${formatAttribute(name, kind, value)}`;
  }
  return text;
}

function writeNode(node: Element | Comment, depth: number, lines: string[]): void {
  if (node instanceof Comment) {
    lines.push(`${indentation(depth)}<!--${node.text}-->`);
    return;
  }
  const start = startTag(node, depth);
  if (node.content.length === 0) {
    lines.push(`${start} />`);
    return;
  }
  lines.push(`${start}>`);
  for (const child of node.content) writeNode(child, depth + 1, lines);
  lines.push(`${indentation(depth)}</${node.tag}>`);
}

/** The XML of a system, with a final newline. */
export function writeSystem(system: Element<'system'>): string {
  const lines = [xmlDeclaration];
  writeNode(system, 0, lines);
  return `${lines.join('\n')}\n`;
}
