// SPDX-License-Identifier: BSD-2-Clause
/** A picture of a system as SVG: the graph of its parts and their connections, and below it the address spaces. */
import type { Description } from '../description.js';
import { graphPanel, type Panel } from './graph-panel.js';
import { spacesPanel } from './spaces-panel.js';
import { element, label, textWidth } from './svg.js';
import { arrowHeads, styleSheet } from './theme.js';

const margin = 24;
const headingHeight = 34;
/** Least width of the address spaces, in pixels. */
const leastWidth = 960;

const heading = (text: string, y: number) => label(text, { x: margin, y, 'font-size': 15, class: 'bold' });
const moved = (y: number, { content }: Panel) =>
  element('g', { transform: `translate(${margin},${y})` }, content);

/** Explains the line styles by samples. */
function legend(carries: ReadonlySet<string>, x: number, y: number): string {
  const entries = [
    ['notify', 'notifies'],
    ['call', 'calls'],
    ['wire', 'interrupt'],
    ['share', 'maps'],
  ] as const;
  let at = x;
  return entries
    .filter(([style]) => carries.has(style))
    .map(([style, words]) => {
      const head = style === 'share' ? undefined : `url(#${style})`;
      const line = element('path', { class: style, d: `M${at} ${y - 4}h26`, 'marker-end': head });
      const text = label(words, { x: at + 32, y, 'font-size': 11, class: 'faint' });
      at += 32 + textWidth(words, 11) + 22;
      return line + text;
    })
    .join('');
}

/**
 * The SVG of a system without mistakes. It suits both light and dark pages, and needs nothing from outside. `title` is
 * the heading.
 */
export async function drawSystem(system: Description, title: string): Promise<string> {
  const graph = await graphPanel(system);
  const spaces = spacesPanel(system, Math.max(leastWidth, graph.width));
  const graphTop = margin + headingHeight;
  const spacesHeading = graphTop + graph.height + margin + 16;
  const spacesTop = spacesHeading + 18;
  const width = Math.max(graph.width, spaces.width, leastWidth) + 2 * margin;
  const height = (spaces.height === 0 ? graphTop + graph.height : spacesTop + spaces.height) + margin;
  const [w, h] = [Math.ceil(width), Math.ceil(height)];
  return `${element(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', width: w, height: h, viewBox: `0 0 ${w} ${h}` },
    `\n<style>${styleSheet}</style>\n`,
    element('defs', {}, arrowHeads),
    element('title', {}, title),
    element('rect', { class: 'page', width: w, height: h }),
    '\n',
    heading(title, margin + 12),
    legend(graph.carries ?? new Set(), margin + textWidth(title, 15) + 40, margin + 12),
    '\n',
    moved(graphTop, graph),
    spaces.height === 0 ? '' : heading('Address spaces', spacesHeading),
    '\n',
    moved(spacesTop, spaces),
    '\n',
  )}\n`;
}
