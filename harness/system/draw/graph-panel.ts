// SPDX-License-Identifier: BSD-2-Clause
/** The upper part of a picture: the graph after its layout. */
import type { ElkNode } from 'elkjs';
import type { Description } from '../description.js';
import { type Box, type Graph, type Line, sizes, systemGraphs } from './graph.js';
import { element, label, tooltip } from './svg.js';

export interface Panel {
  width: number;
  height: number;
  content: string;
  /** The kinds of connection that its lines show. */
  carries?: ReadonlySet<string>;
}

function drawBox({ x = 0, y = 0, width = 0, height = 0, kind, lines, style, children = [] }: Box): string {
  const radius = kind === 'irq' ? 12 : kind === 'domain' ? 3 : 7;
  const texts = lines.map((line, index) =>
    label(line, {
      x: x + sizes.padding,
      y: y + sizes.padding + sizes.lineHeight * (index + 0.8),
      'font-size': index === 0 ? sizes.name : sizes.line,
      class: index === 0 ? 'bold' : 'faint',
    }),
  );
  return [
    element('rect', { x, y, width, height, rx: radius, class: style }),
    ...texts,
    ...children.map(drawBox),
  ].join('');
}

const strokes = { channel: 'notify', wire: 'wire', share: 'share' } as const;

function drawLine({ kind, heads, about, sections = [] }: Line): string {
  const isCall = heads.start === 'call' || heads.end === 'call';
  const marker = (name: string | undefined) => (name === undefined ? undefined : `url(#${name})`);
  const paths = sections.map(({ startPoint, bendPoints = [], endPoint }) =>
    element('path', {
      class: isCall ? 'call' : strokes[kind],
      d: [startPoint, ...bendPoints, endPoint]
        .map(
          ({ x, y }, index) =>
            `${index === 0 ? 'M' : 'L'}${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`,
        )
        .join(''),
      'marker-start': marker(heads.start),
      'marker-end': marker(heads.end),
    }),
  );
  return element('g', {}, tooltip(about), ...paths);
}

/** The texts at the ends of lines: channel ids and map permissions. */
function drawPorts({ ports = [], children = [] }: Box): string {
  const texts = ports.flatMap(({ labels = [] }) =>
    labels.map(({ text = '', x = 0, y = 0 }) =>
      label(text, { x, y: y + sizes.end, 'font-size': sizes.end, class: 'faint' }),
    ),
  );
  return [...texts, ...children.map(drawPorts)].join('');
}

const drawGraph = ({ children, edges }: Graph) =>
  [...children.map(drawBox), ...edges.map(drawLine), ...children.map(drawPorts)].join('\n');

/** Pixels between parts. */
const between = 40;
/** Ratio of a screen's width to its height. A picture of this shape is worth some empty space. */
const screen = 1.5;
const formWeight = 0.3;

interface Place {
  x: number;
  y: number;
}

/** Arranges parts, in their order, in rows of at most `columns`. */
function inRows(parts: readonly ElkNode[], columns: number) {
  const places: Place[] = [];
  let [width, top] = [0, 0];
  for (let first = 0; first < parts.length; first += columns) {
    const row = parts.slice(first, first + columns);
    let x = 0;
    for (const part of row) {
      places.push({ x, y: top });
      x += (part.width ?? 0) + between;
    }
    width = Math.max(width, x - between);
    top += Math.max(...row.map(({ height = 0 }) => height)) + between;
  }
  return { places, width, height: Math.max(top - between, 0) };
}

/** Arranges parts in as many columns as leave little of the sheet empty and give it about the shape of a screen. */
function packed(parts: readonly ElkNode[]) {
  const cost = ({ width, height }: ReturnType<typeof inRows>) =>
    width * height * (1 + formWeight * Math.abs(Math.log(width / Math.max(height, 1) / screen)));
  const all = parts.map((_, index) => inRows(parts, index + 1)).sort((a, b) => cost(a) - cost(b));
  return all[0] ?? inRows(parts, 1);
}

/** Lays out the graphs of a system and draws them. */
export async function graphPanel(system: Description): Promise<Panel> {
  // ELK is large, so only a command that draws loads it.
  const { default: Elk } = await import('elkjs/lib/elk.bundled.js');
  const elk = new Elk.default();
  const graphs = await Promise.all(systemGraphs(system).map((graph) => elk.layout(graph) as Promise<Graph>));
  const { places, width, height } = packed(graphs);
  const content = graphs.map((graph, index) => {
    const { x = 0, y = 0 } = places[index] ?? {};
    return element('g', { transform: `translate(${Math.round(x)},${Math.round(y)})` }, drawGraph(graph));
  });
  const lines = graphs.flatMap(({ edges }) => edges);
  const carries = new Set(lines.flatMap(({ kind, heads }) => [kind, ...Object.values(heads)]));
  return { width, height, content: content.join('\n'), carries };
}
