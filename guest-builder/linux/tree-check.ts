// SPDX-License-Identifier: BSD-2-Clause
/**
 * Checks that a user's device tree describes the guest on this board. Otherwise Linux would die before its first line.
 * Nodes that a tree leaves out are not reported, because the guest may not be Linux.
 */
import { type Board, type Range, redistributorStride } from '../../boards/board.js';
import { type ErrorDetail, HarnessError } from '../../harness/base/error.js';
import { quoted } from '../../harness/base/quote.js';
import { hex } from '../../harness/base/text.js';
import { claimedInitrd, memoryNodes, promisedMemory, type UserTree } from './dtb.js';
import { allNodes, cellsOf, type FdtNode, pathOf, stringOf, stringsOf } from './fdt.js';
import { cellsBelow, rangesOf } from './tree-ranges.js';

export interface GuestFacts {
  board: Board;
  ram: Range;
  initrd: Range;
}

interface TreeMistake {
  what: string;
  detail: Required<Pick<ErrorDetail, 'expected' | 'got' | 'wayOut'>>;
}

/** All mistakes of a device tree as one error. */
class TreeError extends HarnessError {
  readonly #mistakes: readonly HarnessError[];

  constructor(mistakes: readonly HarnessError[]) {
    super('usage', mistakes[0]?.message ?? '', mistakes[0]?.detail);
    this.#mistakes = mistakes;
  }

  override explain(): string {
    return this.#mistakes.map((mistake) => mistake.explain()).join('\n');
  }
}

const firstSpi = 32;
const firstPpi = 16;
const [kindSpi, kindPpi] = [0, 1];
/** Cells of an interrupt in the arm,gic binding. */
const interruptCells = 3;

/** The compatible strings of Linux, drivers/irqchip/irq-gic.c and irq-gic-v3.c. */
const gicNames = {
  2: ['arm,cortex-a15-gic', 'arm,gic-400', 'arm,cortex-a7-gic', 'arm,cortex-a9-gic', 'arm,pl390'],
  3: ['arm,gic-v3'],
} as const;

const show = ({ base, size }: Range) => `${hex(base)}..${hex(base + size)}`;
const isCompatible = (node: FdtNode, names: readonly string[]) =>
  stringsOf(node, 'compatible').some((name) => names.includes(name));

/** Builds the command line that changes a property. */
class Put {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  cells(node: FdtNode, name: string, values: readonly number[]): string {
    const words = values.map((value) => value.toString(16)).join(' ');
    return `fdtput -t x ${quoted(this.#file)} ${quoted(pathOf(node))} ${name} ${words}`;
  }

  texts(node: FdtNode, name: string, values: readonly string[]): string {
    return `fdtput -t s ${quoted(this.#file)} ${quoted(pathOf(node))} ${name} ${values.map(quoted).join(' ')}`;
  }

  reg(node: FdtNode, ranges: readonly Range[]): string {
    const { address, size } = (node.parent && cellsBelow(node.parent)) ?? { address: 2, size: 2 };
    const split = (value: number, cells: number) =>
      cells === 2 ? [Math.floor(value / 2 ** 32), value % 2 ** 32] : [value].slice(0, cells);
    return this.cells(
      node,
      'reg',
      ranges.flatMap((range) => [...split(range.base, address), ...split(range.size, size)]),
    );
  }
}

type Check = (nodes: readonly FdtNode[], facts: GuestFacts, put: Put) => TreeMistake[];

const interruptController: Check = (nodes, { board: { gic } }, put) => {
  const other = gic.version === 2 ? 3 : 2;
  const all = nodes.filter((node) => node.properties.has('interrupt-controller'));
  const node = all.find((one) => isCompatible(one, [...gicNames[2], ...gicNames[3]]));
  if (node === undefined) return [];
  const [first = ''] = gicNames[gic.version];
  const second: Range =
    gic.version === 2
      ? { base: gic.cpuInterface, size: gic.cpuInterfaceSize }
      : { base: gic.redistributor, size: Math.max(redistributorStride, gic.redistributorSize) };
  const frames = [{ base: gic.distributor, size: gic.frameSize }, second];
  const wanted = frames.map(({ base }) => hex(base)).join(' and ');
  if (isCompatible(node, gicNames[other])) {
    const detail = {
      expected: `a GICv${gic.version} at ${wanted}`,
      got: `${pathOf(node)} is a GICv${other} ("${stringOf(node, 'compatible')}")`,
      wayOut: `${put.texts(node, 'compatible', [first])} && ${put.reg(node, frames)}`,
    };
    return [{ what: "the device tree's interrupt controller is not the board's", detail }];
  }
  const found = rangesOf(node);
  if (found.length === 0 || frames.every(({ base }, index) => found[index]?.base === base)) return [];
  const got = `${pathOf(node)} at ${found
    .slice(0, 2)
    .map(({ base }) => hex(base))
    .join(' and ')}`;
  const detail = { expected: `its frames at ${wanted}`, got, wayOut: put.reg(node, frames) };
  return [{ what: "the device tree's interrupt controller is not the board's", detail }];
};

const psciNode = (nodes: readonly FdtNode[]) =>
  nodes.find((one) => stringsOf(one, 'compatible').some((name) => name.startsWith('arm,psci')));

/** PSCI by HVC works, but not reliably: it is a warning and not a mistake. */
const conduitWarnings = (nodes: readonly FdtNode[], path: string, put: Put): string[] => {
  const node = psciNode(nodes);
  if (node === undefined || stringOf(node, 'method') !== 'hvc') return [];
  return [
    `${path}: ${pathOf(node)} asks for PSCI by HVC. A call whose x7 is the number of one of seL4's own system calls never reaches the VMM. SMCs always do: ${put.texts(node, 'method', ['smc'])}`,
  ];
};

const conduit: Check = (nodes, _facts, put) => {
  const node = psciNode(nodes);
  const method = node && stringOf(node, 'method');
  if (node === undefined || method === 'smc' || method === 'hvc') return [];
  const detail = {
    expected: 'PSCI by SMC (method = "smc"): seL4 hands a guest\'s SMCs to its VMM',
    got: `${pathOf(node)} with ${method === undefined ? 'no method' : `method = "${method}"`}`,
    wayOut: put.texts(node, 'method', ['smc']),
  };
  return [{ what: "the device tree's PSCI conduit is not the board's", detail }];
};

/** The interrupts of a node as kind and number; none when they have another format. */
function interruptsOf(node: FdtNode): { kind: number; number: number; flags: number }[] {
  const cells = cellsOf(node, 'interrupts') ?? [];
  if (cells.length % interruptCells !== 0) return [];
  return Array.from({ length: Math.min(cells.length / interruptCells, 16) }, (_, index) => {
    const [kind = 0, number = 0, flags = 0] = cells.slice(index * interruptCells);
    return { kind, number, flags };
  });
}

const intidOf = ({ kind, number }: { kind: number; number: number }) =>
  number + (kind === kindPpi ? firstPpi : firstSpi);

const timer: Check = (nodes, { board: { timers } }, put) => {
  const node = nodes.find((one) => isCompatible(one, ['arm,armv8-timer', 'arm,armv7-timer']));
  const found = node === undefined ? [] : interruptsOf(node);
  const named = node === undefined ? -1 : stringsOf(node, 'interrupt-names').indexOf('virt');
  const place = named < 0 ? 2 : named;
  const virtual = found[place];
  if (node === undefined || virtual === undefined) return [];
  if (virtual.kind === kindPpi && intidOf(virtual) === timers.virtual) return [];
  const right = found.map((one, index) =>
    index === place ? { ...one, kind: kindPpi, number: timers.virtual - firstPpi } : one,
  );
  const cells = right.flatMap(({ kind, number, flags }) => [kind, number, flags]);
  const detail = {
    expected: `the virtual timer at INTID ${timers.virtual} (PPI ${timers.virtual - firstPpi})`,
    got: `${pathOf(node)} with it at INTID ${intidOf(virtual)}`,
    wayOut: put.cells(node, 'interrupts', cells),
  };
  return [{ what: "the device tree's timer is not the board's", detail }];
};

/** The node of the UART, or of the one that the tree has instead. */
function uartNode(nodes: readonly FdtNode[], { uart }: Board): { node: FdtNode; base: number } | undefined {
  const serials = nodes.filter(
    (node) => /^(serial|uart)(@|$)/.test(node.name) || isCompatible(node, uart.compatible),
  );
  const placed = serials.flatMap((node) => {
    const [first] = rangesOf(node);
    return first === undefined ? [] : [{ node, base: first.base }];
  });
  return placed.find(({ base }) => base === uart.base) ?? placed[0];
}

const uart: Check = (nodes, { board }, put) => {
  const { uart } = board;
  const found = uartNode(nodes, board);
  const what = "the device tree's UART is not the board's";
  if (found === undefined) return [];
  const { node, base } = found;
  if (base !== uart.base) {
    const expected = `a UART ("${uart.compatible[0]}") at ${hex(uart.base)}, INTID ${uart.intid}`;
    const got = `${pathOf(node)} at ${hex(base)}`;
    return [{ what, detail: { expected, got, wayOut: put.reg(node, [uart]) } }];
  }
  if (!isCompatible(node, uart.compatible)) {
    const expected = `compatible with ${uart.compatible.map((name) => `"${name}"`).join(' or ')}`;
    const got = `${pathOf(node)} is "${stringOf(node, 'compatible') ?? ''}"`;
    return [{ what, detail: { expected, got, wayOut: put.texts(node, 'compatible', uart.compatible) } }];
  }
  const [interrupt] = interruptsOf(node);
  if (interrupt === undefined || (interrupt.kind === kindSpi && intidOf(interrupt) === uart.intid)) return [];
  const expected = `INTID ${uart.intid} (SPI ${uart.intid - firstSpi})`;
  const got = `${pathOf(node)} with INTID ${intidOf(interrupt)}`;
  const wayOut = put.cells(node, 'interrupts', [kindSpi, uart.intid - firstSpi, interrupt.flags]);
  return [{ what, detail: { expected, got, wayOut } }];
};

/** The mistakes about RAM and initrd. */
function placement(tree: UserTree, { ram, initrd }: GuestFacts, put: Put): TreeMistake[] {
  const mistakes: TreeMistake[] = [];
  const memory = promisedMemory(tree);
  const outside = memory.find(({ base, size }) => base < ram.base || base + size > ram.base + ram.size);
  if (memory.length === 0 || outside) {
    const node = memoryNodes(tree.root)?.[0]?.node;
    const detail = {
      expected: `memory nodes inside ${show(ram)}`,
      got: outside ? show(outside) : 'no memory node',
      wayOut:
        node === undefined
          ? `fdtput -cp ${quoted(tree.path)} /memory@${ram.base.toString(16)}, then its device_type and reg`
          : put.reg(node, [ram]),
    };
    mistakes.push({ what: "the device tree's memory is not the guest's RAM", detail });
  }
  const claimed = claimedInitrd(tree);
  if (claimed === undefined || claimed.base !== initrd.base || claimed.size < initrd.size) {
    const [start, end] = [hex(initrd.base), hex(initrd.base + initrd.size)];
    const file = quoted(tree.path);
    const detail = {
      expected: `/chosen with linux,initrd-start ${start} and linux,initrd-end ${end}`,
      got: claimed ? show(claimed) : 'neither of the two',
      wayOut: `fdtput -t x ${file} /chosen linux,initrd-start ${start} && fdtput -t x ${file} /chosen linux,initrd-end ${end}`,
    };
    mistakes.push({ what: 'the device tree does not give the address of the initrd', detail });
  }
  return mistakes;
}

/**
 * Refuses a user's device tree that does not describe this guest on this board, listing every mistake. Returns warnings
 * about properties that are valid but may be unintended.
 */
export function checkTree(tree: UserTree, facts: GuestFacts): string[] {
  const put = new Put(tree.path);
  const nodes = allNodes(tree.root);
  const mistakes = [
    ...placement(tree, facts, put),
    ...[interruptController, conduit, uart, timer].flatMap((check) => check(nodes, facts, put)),
  ];
  if (mistakes.length === 0) return conduitWarnings(nodes, tree.path, put);
  throw new TreeError(
    mistakes.map(({ what, detail }) => new HarnessError('usage', what, { where: tree.path, ...detail })),
  );
}
