// SPDX-License-Identifier: BSD-2-Clause
/** Addresses in a device tree: Devicetree Specification v0.4, 2.3.5 (cells), 2.3.6 (reg), 2.3.8 (ranges). */
import type { Range } from '../../boards/board.js';
import { cellsOf, type FdtNode, joined } from './fdt.js';

/** The number of cells in the addresses and sizes of a node's children. */
export interface Cells {
  address: number;
  size: number;
}

/** A 64-bit number has two cells. */
const mostCells = 2;
/** The number of rows in a `ranges`, and of nested buses, to examine: more than any board has. */
const mostRows = 64;
const mostBuses = 8;

/** The cells below a node; undefined when they cannot hold an address of this machine. */
export function cellsBelow(node: FdtNode): Cells | undefined {
  const [address = 2] = cellsOf(node, '#address-cells') ?? [];
  const [size = 1] = cellsOf(node, '#size-cells') ?? [];
  const usable = address >= 1 && address <= mostCells && size <= mostCells;
  return usable ? { address, size } : undefined;
}

/** Translates an address on a bus to the parent bus; undefined when it is not visible there. */
function through(bus: FdtNode, address: number): number | undefined {
  const { parent } = bus;
  const rows = cellsOf(bus, 'ranges');
  if (parent === undefined || rows === undefined) return undefined;
  if (rows.length === 0) return address;
  const [own, outer] = [cellsBelow(bus), cellsBelow(parent)];
  if (own === undefined || outer === undefined) return undefined;
  const step = own.address + outer.address + own.size;
  for (let at = 0; at + step <= rows.length && at < step * mostRows; at += step) {
    const middle = at + own.address;
    const start = joined(rows.slice(at, middle));
    const size = joined(rows.slice(middle + outer.address, at + step));
    if (address >= start && address < start + size)
      return joined(rows.slice(middle, middle + outer.address)) + address - start;
  }
  return undefined;
}

/** The ranges of a node's `reg` as its CPUs see them; none when they cannot be determined. */
export function rangesOf(node: FdtNode): Range[] {
  const { parent } = node;
  const cells = parent && cellsBelow(parent);
  const reg = cellsOf(node, 'reg') ?? [];
  if (parent === undefined || cells === undefined) return [];
  const step = cells.address + cells.size;
  const ranges: Range[] = [];
  for (let at = 0; at + step <= reg.length && ranges.length < mostRows; at += step) {
    const middle = at + cells.address;
    let base: number | undefined = joined(reg.slice(at, middle));
    let bus: FdtNode = parent;
    for (let count = 0; bus.parent !== undefined && base !== undefined; count++) {
      base = count < mostBuses ? through(bus, base) : undefined;
      bus = bus.parent;
    }
    if (base === undefined) return [];
    ranges.push({ base, size: joined(reg.slice(middle, at + step)) });
  }
  return ranges;
}
