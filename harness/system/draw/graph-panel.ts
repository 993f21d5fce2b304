// SPDX-License-Identifier: BSD-2-Clause
/** The upper part of a picture: the laid out graph. */
import type { ElkNode } from 'elkjs';
import type { Description } from '../description.js';
import { type Box, type Graph, type Line, sizes, systemGraphs } from './graph.js';
import { element, label, tooltip } from './svg.js';

export interface Panel {
  width: number;
  height: number;
  content: string;
  /** What its lines carry. */
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

/** The texts at the ends of lines: ids of channels, permissions of maps. */
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

/** Parts side by side, so that the whole is about as wide as a screen. */
const packing = {
  'elk.algorithm': 'rectpacking',
  'elk.aspectRatio': '1.5',
  'elk.spacing.nodeNode': '40',
  'elk.padding': '[top=0,left=0,bottom=0,right=0]',
  'elk.rectpacking.widthApproximation.optimizationGoal': 'ASPECT_RATIO_DRIVEN',
};

/** Lays out the graphs of a system and draws them. */
export async function graphPanel(system: Description): Promise<Panel> {
  // ELK is large: only a command that draws loads it.
  const { default: Elk } = await import('elkjs/lib/elk.bundled.js');
  const elk = new Elk.default();
  const graphs = await Promise.all(systemGraphs(system).map((graph) => elk.layout(graph) as Promise<Graph>));
  const parts = graphs.map(({ id, width = 0, height = 0 }) => ({ id, width, height }));
  const all: ElkNode = { id: 'all', layoutOptions: packing, children: parts };
  const packed = await elk.layout(all);
  const { width = 0, height = 0, children: places = [] } = packed;
  const content = graphs.map((graph, index) => {
    const { x = 0, y = 0 } = places[index] ?? {};
    return element('g', { transform: `translate(${Math.round(x)},${Math.round(y)})` }, drawGraph(graph));
  });
  const lines = graphs.flatMap(({ edges }) => edges);
  const carries = new Set(lines.flatMap(({ kind, heads }) => [kind, ...Object.values(heads)]));
  return { width, height, content: content.join('\n'), carries };
}
