// SPDX-License-Identifier: BSD-2-Clause
/** Compiled device trees: made by dtc, or the user's own. */
import { execa } from 'execa';
import type { Range } from '../../boards/board.js';
import { HarnessError } from '../../harness/base/error.js';
import { limits } from '../../harness/base/limits.js';
import { readRegularFile } from '../../harness/base/read-file.js';
import {
  cellsOf,
  childNamed,
  type FdtNode,
  fdtHeaderSize,
  fdtMagic,
  joined,
  readFdt,
  stringOf,
} from './fdt.js';
import { cellsBelow, rangesOf } from './tree-ranges.js';

/** Compiles generated DTS text. A warning of dtc is an error, because a program wrote the text. */
export async function compileDeviceTree(source: string): Promise<Buffer> {
  const result = await execa('dtc', ['-I', 'dts', '-O', 'dtb', '-'], {
    reject: false,
    encoding: 'buffer',
    input: source,
  });
  if (result.exitCode === undefined) {
    throw new HarnessError('infrastructure', 'dtc is missing', {
      expected: 'dtc in PATH',
      wayOut: 'apt-get install device-tree-compiler',
      cause: result.cause,
    });
  }
  const complaint = Buffer.from(result.stderr).toString().trim();
  if (result.exitCode === 0 && complaint === '') return Buffer.from(result.stdout);
  throw new HarnessError('harness', 'dtc does not accept the generated device tree', {
    expected: 'no error and no warning',
    got: complaint,
    wayOut: 'check guest-builder/linux/device-tree.ts and the data of the board',
  });
}

/** A user's device tree: the blob and its nodes. */
export interface UserTree {
  path: string;
  blob: Buffer;
  root: FdtNode;
}

/** Reads a user's device tree blob. Throws HarnessError (usage) when it is damaged or not a blob; `what` names it. */
export function readDtb(path: string, what = 'the device tree'): UserTree {
  const data = readRegularFile(path, { what, limit: limits.deviceTree });
  const refuse = (got: string, wayOut: string) =>
    new HarnessError('usage', 'not a device tree blob', {
      where: path,
      expected: 'a flattened device tree (d00dfeed at byte 0)',
      got,
      wayOut,
    });
  if (data.subarray(0, 8).toString() === '/dts-v1/') {
    throw refuse('device tree source', `dtc -I dts -O dtb -o guest.dtb ${path}`);
  }
  if (data.length < fdtHeaderSize || data.readUInt32BE(0) !== fdtMagic) {
    throw refuse(
      `${data.length} bytes that begin with ${data.subarray(0, 4).toString('hex') || 'nothing'}`,
      'compile the source with dtc -O dtb',
    );
  }
  const totalSize = data.readUInt32BE(4);
  if (totalSize > data.length || totalSize < fdtHeaderSize) {
    throw refuse(`a header for ${totalSize} bytes in a file of ${data.length}`, 'copy the file again');
  }
  const root = readFdt(data.subarray(0, totalSize), path);
  if (childNamed(root, 'images') === undefined) return { path, blob: data, root };
  throw refuse('a FIT image', `extract its device tree: dumpimage -l ${path} lists its contents`);
}

/** The memory nodes; undefined when the tree's cells cannot hold an address. */
export function memoryNodes(root: FdtNode): { node: FdtNode; ranges: Range[] }[] | undefined {
  const cells = cellsBelow(root);
  if (cells === undefined || cells.size === 0) return undefined;
  return root.children
    .filter((node) => /^memory(@|$)/.test(node.name) || stringOf(node, 'device_type') === 'memory')
    .map((node) => ({ node, ranges: rangesOf(node).filter(({ size }) => size > 0) }));
}

/** The RAM that a tree declares. Throws HarnessError (usage) when it cannot describe it. */
export function promisedMemory({ path, root }: UserTree): Range[] {
  const nodes = memoryNodes(root);
  if (nodes !== undefined) return nodes.flatMap(({ ranges }) => ranges);
  const cells = (name: string) => cellsOf(root, name)?.join(' ') ?? 'missing';
  throw new HarnessError('usage', 'the device tree cannot describe memory', {
    where: path,
    expected: '#address-cells and #size-cells of 1 or 2 in the root node',
    got: `#address-cells ${cells('#address-cells')}, #size-cells ${cells('#size-cells')}`,
    wayOut: `fdtput -t x ${path} / '#address-cells' 2 '#size-cells' 2, and its memory node to fit`,
  });
}

/** The address of the initrd in a tree; undefined when the tree has none. */
export function claimedInitrd({ root }: UserTree): Range | undefined {
  const chosen = childNamed(root, 'chosen');
  const start = chosen && cellsOf(chosen, 'linux,initrd-start');
  const end = chosen && cellsOf(chosen, 'linux,initrd-end');
  return start && end ? { base: joined(start), size: joined(end) - joined(start) } : undefined;
}
