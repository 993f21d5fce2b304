// SPDX-License-Identifier: BSD-2-Clause
/** The lower part of a picture: the contents of physical memory and of each address space. */
import { type AddressRange, rangeOf } from '../../base/ranges.js';
import type { Description } from '../description.js';
import { permissionWords } from '../explain.js';
import { formatRange, formatSize } from '../format.js';
import { formatHex } from '../values.js';
import { type Axis, makeAxis, place } from './axis.js';
import type { Panel } from './graph-panel.js';
import { element, fit, label, textWidth, tooltip } from './svg.js';
import { regionColours } from './theme.js';

interface Bar {
  range: AddressRange;
  region: string;
  /** Index of the region, which selects its colour. */
  index: number;
  text: string;
  about: string;
  device: boolean;
}

interface Row {
  name: string;
  kind: 'memory' | 'domain' | 'guest';
  bars: Bar[];
}

const leastBar = 4;
/** Height in pixels of a row and of its bars. With many rows both are smaller. */
const heights = (rows: number) => (rows > manyRows ? { row: 19, bar: 14 } : { row: 26, bar: 18 });
const manyRows = 24;
const [nameSize, barSize] = [12, 10];
const axisHeight = 34;

function rows(system: Description): Row[] {
  const regions = new Map(system.regions.map((region, index) => [region.name, { region, index }]));
  const fixed = [...regions.values()].flatMap(({ region, index }) => {
    const { name, physAddr, size = 0 } = region.attributes;
    if (physAddr === undefined) return [];
    const range = rangeOf(physAddr, size);
    const about = `memory region '${name}', ${formatSize(size)} at ${formatRange(range)}`;
    return [{ range, region: name, index, text: name, about, device: false }];
  });
  const barsOf = (maps: Description['domains'][number]['domain']['maps']) =>
    maps.flatMap<Bar>(({ mr, vaddr, perms, cached }) => {
      const found = regions.get(mr);
      if (found === undefined) return [];
      const range = rangeOf(vaddr, found.region.attributes.size ?? 0);
      const about = `'${mr}' at ${formatRange(range)}: ${permissionWords(perms)}${cached ? '' : ', uncached'}`;
      return [{ range, region: mr, index: found.index, text: `${mr} ${perms}`, about, device: !cached }];
    });
  const spaces = system.domains.flatMap<Row>(({ domain }) => [
    { name: domain.name, kind: 'domain', bars: barsOf(domain.maps) },
    ...(domain.guest
      ? [{ name: `${domain.guest.name} (VM)`, kind: 'guest' as const, bars: barsOf(domain.guest.maps) }]
      : []),
  ]);
  return [{ name: 'physical, where fixed', kind: 'memory' as const, bars: fixed }, ...spaces].filter(
    ({ bars }) => bars.length > 0,
  );
}

function drawAxis(axis: Axis, left: number, height: number): string {
  return axis.stretches
    .map(({ base, end, x, width }) => {
      const at = left + x;
      const size = formatSize(end - base);
      const room = width - textWidth(formatHex(base), barSize) - 8;
      return [
        element('path', {
          class: 'rule',
          d: `M${at} ${axisHeight - 6}V${height}M${at + width} ${axisHeight - 6}V${height}`,
        }),
        label(formatHex(base), { x: at, y: 11, 'font-size': barSize, class: 'faint' }),
        label(fit(size, barSize, room), {
          x: at + width,
          y: 11,
          'font-size': barSize,
          class: 'faint',
          'text-anchor': 'end',
        }),
        element('path', { class: 'rule', d: `M${at} ${axisHeight - 14}H${at + width}` }),
      ].join('');
    })
    .join('');
}

function drawBar(bar: Bar, axis: Axis, left: number, middle: number, height: number): string {
  const at = place(axis, bar.range, leastBar);
  if (at === undefined) return '';
  const text = fit(bar.text, barSize, at.width - 6);
  const style = `r${bar.index % regionColours}${bar.device ? ' device' : ''}`;
  return element(
    'g',
    {},
    tooltip(bar.about),
    element('rect', { x: left + at.x, y: middle - height / 2, width: at.width, height, rx: 2, class: style }),
    ...(text === ''
      ? []
      : [label(text, { x: left + at.x + 4, y: middle + barSize * 0.35, 'font-size': barSize })]),
  );
}

/** Rows on one axis, whose scale is computed from `scale`. */
function block(
  drawnRows: readonly Row[],
  scale: readonly Row[],
  width: number,
  row: number,
  bar: number,
): Panel {
  const left = Math.ceil(Math.max(...scale.map(({ name }) => textWidth(name, nameSize)))) + 16;
  const axis = makeAxis(
    scale.flatMap(({ bars }) => bars.map(({ range }) => range)),
    width - left,
  );
  const height = axisHeight + drawnRows.length * row;
  const total = left + axis.width;
  const drawn = drawnRows.map(({ name, bars }, index) => {
    const top = axisHeight + index * row;
    const middle = top + row / 2;
    const band = element('rect', { x: 0, y: top, width: total, height: row, class: 'band' });
    return [
      index % 2 === 0 ? band : '',
      label(name, { x: 6, y: middle + nameSize * 0.35, 'font-size': nameSize }),
      // Large bars first, so that the small ones on top of them stay visible.
      ...[...bars]
        .sort((a, b) => b.range.end - b.range.base - (a.range.end - a.range.base))
        .map((one) => drawBar(one, axis, left, middle, bar)),
    ].join('');
  });
  return { width: total, height, content: [drawn.join('\n'), drawAxis(axis, left, height)].join('\n') };
}

/** Bytes from the first to the last address of a row. */
function extent({ bars }: Row): number {
  const bases = bars.map(({ range }) => range.base);
  const ends = bars.map(({ range }) => range.end);
  return Math.max(...ends) - Math.min(...bases);
}

/** When at least this many rows would fill less than a third of their axis, they share the sheet's width. */
const manyShort = 12;
const columns = 3;
const gap = 28;

/** The blocks of a large system: physical memory, long rows, and short rows in columns. */
function sheet(all: readonly Row[], width: number, row: number, bar: number): Panel {
  const memory = all.filter(({ kind }) => kind === 'memory');
  const spaces = all.filter(({ kind }) => kind !== 'memory');
  const longest = Math.max(...spaces.map(extent));
  const isShort = (one: Row) => extent(one) < longest / columns;
  const short = spaces.filter(isShort);
  const long = short.length < manyShort ? spaces : spaces.filter((one) => !isShort(one));
  const placed: string[] = [];
  let height = 0;
  const put = ({ content }: Panel, x: number, y: number) =>
    placed.push(element('g', { transform: `translate(${Math.round(x)},${Math.round(y)})` }, content));
  for (const rows of [memory, long].filter(({ length }) => length > 0)) {
    const panel = block(rows, rows, width, row, bar);
    put(panel, 0, height);
    height += panel.height + gap / 2;
  }
  if (long !== spaces) {
    const share = (width - gap * (columns - 1)) / columns;
    const each = Math.ceil(short.length / columns);
    for (let column = 0; column * each < short.length; column++)
      put(
        block(short.slice(column * each, (column + 1) * each), short, share, row, bar),
        column * (share + gap),
        height,
      );
    height += axisHeight + each * row;
  }
  return { width, height, content: placed.join('\n') };
}

/** Draws the address spaces of a system on axes that make the panel `width` pixels wide. */
export function spacesPanel(system: Description, width: number): Panel {
  const all = rows(system);
  if (all.length === 0) return { width: 0, height: 0, content: '' };
  const { row, bar } = heights(all.length);
  return all.length > manyRows ? sheet(all, width, row, bar) : block(all, all, width, row, bar);
}
