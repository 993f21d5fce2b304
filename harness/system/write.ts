// SPDX-License-Identifier: BSD-2-Clause
/** A System to XML, in one style: attributes in the order of the vocabulary, four spaces a level. */
import { Comment, camel, type Element, specOf } from './element.js';
import { kinds } from './values.js';
import type { AttributeSpec } from './vocabulary.js';

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
/** A text inside double quotes; what XML would turn into a space is written as a reference. */
export function escapeAttribute(text: string): string {
  return text.replace(/[&<>"\t\n\r]/g, (letter) => escapes[letter] ?? `&#${letter.charCodeAt(0)};`);
}

/** ` name="value"` for each attribute that the element has. */
function formatAttributes(element: Element): string {
  const specs: Record<string, AttributeSpec> = specOf(element.type).attributes;
  const values = element.attributes as Record<string, unknown>;
  let text = '';
  for (const [name, { kind }] of Object.entries(specs)) {
    const value = values[camel(name)];
    if (value === undefined) continue;
    const write = kinds[kind].write as (value: unknown, attribute: string) => string;
    text += ` ${name}="${escapeAttribute(write(value, name))}"`;
  }
  return text;
}

function writeNode(node: Element | Comment, indent: string, lines: string[]): void {
  if (node instanceof Comment) {
    lines.push(`${indent}<!--${node.text}-->`);
    return;
  }
  const start = `${indent}<${node.tag}${formatAttributes(node)}`;
  if (node.content.length === 0) {
    lines.push(`${start} />`);
    return;
  }
  lines.push(`${start}>`);
  for (const child of node.content) writeNode(child, `${indent}    `, lines);
  lines.push(`${indent}</${node.tag}>`);
}

/** The XML of a system, with a final newline. */
export function writeSystem(system: Element<'system'>): string {
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>'];
  writeNode(system, '', lines);
  return `${lines.join('\n')}\n`;
}
