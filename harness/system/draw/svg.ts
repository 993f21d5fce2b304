// SPDX-License-Identifier: BSD-2-Clause
/** SVG as text: elements, and the width of text. */
import { escapeXml } from '../../base/text.js';

export type Attributes = Record<string, string | number | undefined>;

/** Coordinates need no more than a tenth of a pixel. */
const format = (value: string | number) =>
  typeof value === 'number' ? String(Math.round(value * 10) / 10) : escapeXml(value);

/** `<tag a="1">...</tag>`. Undefined attributes are left out. */
export function element(tag: string, attributes: Attributes, ...content: string[]): string {
  const start = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${format(value ?? '')}"`)
    .join('');
  return content.length === 0 ? `<${tag}${start}/>` : `<${tag}${start}>${content.join('')}</${tag}>`;
}

/** A line of text. */
export const label = (text: string, attributes: Attributes) => element('text', attributes, escapeXml(text));

/** A tooltip for the enclosing element. */
export const tooltip = (text: string) => element('title', {}, escapeXml(text));

/** All text uses one monospaced font, in which every letter has this fraction of the font size as its width. */
const advance = 0.602;

/** Width of a text in pixels. */
export const textWidth = (text: string, size: number) => [...text].length * size * advance;

/**
 * A text that is at most `width` pixels wide: unchanged, cut with an ellipsis, or empty when nothing legible would
 * remain.
 */
export function fit(text: string, size: number, width: number): string {
  if (textWidth(text, size) <= width) return text;
  const letters = Math.floor(width / (size * advance)) - 1;
  return letters < 3 ? '' : `${[...text].slice(0, letters).join('')}…`;
}
