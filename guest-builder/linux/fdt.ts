// SPDX-License-Identifier: BSD-2-Clause
/**
 * Reads flattened device trees (Devicetree Specification v0.4, chapter 5). Each offset is checked against the file,
 * because a tree comes from elsewhere and its counts may be anything.
 */
import { HarnessError } from '../../harness/base/error.js';
import { limits, showLimit } from '../../harness/base/limits.js';

export interface FdtNode {
  /** Including its unit address: `serial@9000000`; empty for the root. */
  name: string;
  properties: ReadonlyMap<string, Buffer>;
  children: readonly FdtNode[];
  parent: FdtNode | undefined;
}

export const fdtMagic = 0xd00dfeed;
export const fdtHeaderSize = 40;
/** Tokens of the structure block (5.4.1). */
const token = { beginNode: 1, endNode: 2, property: 3, nothing: 4, end: 9 } as const;
/** Characters of a name. The specification allows 31; some trees use more. */
const longestName = 255;
/** The oldest reader that can read the current format (5.2, last_comp_version). */
const compatibleVersion = 17;

class FdtReader {
  readonly #structEnd: number;
  readonly #strings: { start: number; end: number };
  #at: number;
  #parts = 0;

  readonly #data: Buffer;
  readonly #where: string;

  constructor(data: Buffer, where: string) {
    this.#data = data;
    this.#where = where;
    const field = (index: number) => data.readUInt32BE(index * 4);
    if (data.length < fdtHeaderSize || field(0) !== fdtMagic) this.#damaged('it has no header');
    if (field(6) > compatibleVersion) this.#damaged(`only readers of version ${field(6)} can read it`);
    this.#at = field(2);
    this.#structEnd = this.#at + field(9);
    this.#strings = { start: field(3), end: field(3) + field(8) };
    if (Math.max(this.#structEnd, this.#strings.end) > data.length)
      this.#damaged('its blocks are beyond the end of the file');
  }

  root(): FdtNode {
    if (this.#token() !== token.beginNode) this.#damaged('it has no root node');
    return this.#node(undefined, 0);
  }

  #node(parent: FdtNode | undefined, depth: number): FdtNode {
    this.#count();
    if (depth > limits.deviceTreeDepth.most)
      this.#damaged(`more than ${showLimit(limits.deviceTreeDepth)} nodes are nested`);
    const name = this.#name(this.#at, this.#structEnd);
    this.#skip(name.length + 1);
    const properties = new Map<string, Buffer>();
    const children: FdtNode[] = [];
    const node: FdtNode = { name, properties, children, parent };
    for (;;) {
      const next = this.#token();
      if (next === token.endNode) return node;
      if (next === token.beginNode) children.push(this.#node(node, depth + 1));
      else if (next === token.property) this.#property(properties);
      else if (next !== token.nothing) this.#damaged(`there is no token ${next}`);
    }
  }

  #property(properties: Map<string, Buffer>): void {
    this.#count();
    const length = this.#token();
    const name = this.#name(this.#strings.start + this.#token(), this.#strings.end);
    if (this.#at + length > this.#structEnd) this.#damaged(`the property '${name}' has no end`);
    properties.set(name, this.#data.subarray(this.#at, this.#at + length));
    this.#skip(length);
  }

  #count(): void {
    if (++this.#parts > limits.deviceTreeNodes.most)
      this.#damaged(`it has more than ${showLimit(limits.deviceTreeNodes)} nodes and properties`);
  }

  /** The next 32 bits. */
  #token(): number {
    if (this.#at + 4 > this.#structEnd) this.#damaged('its structure has no end');
    const value = this.#data.readUInt32BE(this.#at);
    this.#at += 4;
    return value;
  }

  /** The text up to a zero byte. */
  #name(start: number, end: number): string {
    const zero = this.#data.subarray(start, Math.min(end, start + longestName + 1)).indexOf(0);
    return zero < 0 ? this.#damaged('a name has no end') : this.#data.toString('latin1', start, start + zero);
  }

  /** Tokens are aligned to four bytes. */
  #skip(length: number): void {
    this.#at += Math.ceil(length / 4) * 4;
  }

  #damaged(got: string): never {
    throw new HarnessError('usage', 'the device tree is damaged', {
      where: this.#where,
      expected: 'a flattened device tree that dtc accepts: dtc -I dtb -O dts FILE',
      got,
    });
  }
}

/** The root node of a blob. Throws HarnessError (usage); `where` names the file in errors. */
export const readFdt = (data: Buffer, where: string): FdtNode => new FdtReader(data, where).root();

/** The path from the root in fdtget's form: `/soc/serial@9000000`. */
export function pathOf({ name, parent }: FdtNode): string {
  if (parent === undefined) return '/';
  const above = pathOf(parent);
  return `${above === '/' ? '' : above}/${name}`;
}

/** A node and all nodes below it. */
export function allNodes(node: FdtNode): FdtNode[] {
  const found = [node];
  // The list grows while it is traversed.
  for (const each of found) for (const child of each.children) found.push(child);
  return found;
}

/** The child with a name, with or without its unit address. */
export const childNamed = (node: FdtNode, name: string): FdtNode | undefined =>
  node.children.find((child) => child.name === name || child.name.startsWith(`${name}@`));

/** The 32-bit cells of a property; undefined when the node does not have it or its size is not a multiple of a cell. */
export function cellsOf(node: FdtNode, name: string): number[] | undefined {
  const value = node.properties.get(name);
  if (value === undefined || value.length % 4 !== 0) return undefined;
  return Array.from({ length: value.length / 4 }, (_, index) => value.readUInt32BE(index * 4));
}

/** The strings of a property; none when the node does not have it. */
export function stringsOf(node: FdtNode, name: string): string[] {
  const text = node.properties.get(name)?.toString('latin1') ?? '';
  return text === '' ? [] : text.replace(/\0$/, '').split('\0');
}

export const stringOf = (node: FdtNode, name: string): string | undefined => stringsOf(node, name)[0];

/** A number of one or two cells, the high one first. */
export const joined = (cells: readonly number[]): number =>
  cells.reduce((value, cell) => value * 2 ** 32 + cell, 0);
