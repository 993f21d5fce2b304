// SPDX-License-Identifier: BSD-2-Clause
/** Compiled device trees: made by dtc, or a user's own, looked into with fdtget. */
import { readFile } from 'node:fs/promises';
import { execa } from 'execa';
import type { Range } from '../../boards/board.js';
import { endsWithUs, isMissing } from '../../harness/base/children.js';
import { HarnessError } from '../../harness/base/error.js';
import { hex } from './layout.js';

const magic = 0xd00dfeed;
const headerSize = 40;

function missingTool(tool: string, cause: unknown): HarnessError {
  return new HarnessError('infrastructure', `${tool} is missing`, {
    expected: `${tool} in PATH`,
    wayOut: 'apt-get install device-tree-compiler',
    cause,
  });
}

/** Runs one of dtc's tools; resolves with its exit code and output, rejects when it is not there. */
async function dtcTool(tool: string, args: string[], input?: string) {
  const result = await execa(...endsWithUs(tool, args), {
    reject: false,
    encoding: 'buffer',
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
  });
  if (isMissing(result.exitCode)) throw missingTool(tool, result.cause);
  return {
    failed: result.exitCode !== 0,
    stdout: Buffer.from(result.stdout),
    stderr: Buffer.from(result.stderr).toString().trim(),
  };
}

/** Compiles DTS text of ours. A warning of dtc is an error: the text is made by a program. */
export async function compileDeviceTree(source: string): Promise<Buffer> {
  const { failed, stdout, stderr } = await dtcTool('dtc', ['-I', 'dts', '-O', 'dtb', '-'], source);
  if (failed || stderr !== '') {
    throw new HarnessError('harness', 'dtc does not take the generated device tree', {
      expected: 'no error and no warning',
      got: stderr,
      wayOut: 'see guest-builder/linux/device-tree.ts and the data of the board',
    });
  }
  return stdout;
}

/** Reads a user's device tree blob and checks its header (Devicetree Specification v0.4, 5.2). */
export async function readDtb(path: string): Promise<Buffer> {
  const data = await readFile(path);
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
  if (data.length < headerSize || data.readUInt32BE(0) !== magic) {
    throw refuse(
      `${data.length} bytes that begin with ${data.subarray(0, 4).toString('hex') || 'nothing'}`,
      'compile the source with dtc -O dtb',
    );
  }
  const totalSize = data.readUInt32BE(4);
  if (totalSize > data.length || totalSize < headerSize) {
    throw refuse(
      `a header that promises ${totalSize} bytes in a file of ${data.length}`,
      'copy the file again',
    );
  }
  return data;
}

/** The cells of a property as one list of 32-bit numbers; undefined where the node has no such property. */
async function property(dtb: string, node: string, name: string): Promise<number[] | undefined> {
  const { failed, stdout } = await dtcTool('fdtget', ['-t', 'x', dtb, node, name]);
  if (failed) return undefined;
  return stdout
    .toString()
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => Number.parseInt(word, 16));
}

/** A number of one or two cells, the high one first. */
function joined(cells: number[]): number {
  return cells.reduce((value, cell) => value * 2 ** 32 + cell, 0);
}

async function memoryRanges(dtb: string): Promise<Range[]> {
  const { stdout } = await dtcTool('fdtget', ['-l', dtb, '/']);
  const nodes = stdout.toString().split('\n');
  const [addressCells] = (await property(dtb, '/', '#address-cells')) ?? [2];
  const [sizeCells] = (await property(dtb, '/', '#size-cells')) ?? [1];
  const step = (addressCells ?? 2) + (sizeCells ?? 1);
  const ranges: Range[] = [];
  for (const node of nodes.filter((name) => /^memory(@|$)/.test(name))) {
    const reg = (await property(dtb, `/${node}`, 'reg')) ?? [];
    for (let at = 0; at + step <= reg.length; at += step) {
      const middle = at + (addressCells ?? 2);
      ranges.push({ base: joined(reg.slice(at, middle)), size: joined(reg.slice(middle, at + step)) });
    }
  }
  return ranges.filter(({ size }) => size > 0);
}

/** What a user's device tree says about where things lie; `initrd` is undefined when it names none. */
export interface DeviceTreeClaims {
  memory: Range[];
  initrd: Range | undefined;
}

/** Reads from the blob at `path` the memory nodes and the initrd's place in /chosen. */
export async function deviceTreeClaims(path: string): Promise<DeviceTreeClaims> {
  const start = await property(path, '/chosen', 'linux,initrd-start');
  const end = await property(path, '/chosen', 'linux,initrd-end');
  const initrd = start && end ? { base: joined(start), size: joined(end) - joined(start) } : undefined;
  return { memory: await memoryRanges(path), initrd };
}

/** Refuses a user's device tree that does not describe this guest: Linux would die before its first line. */
export function checkClaims(
  path: string,
  claims: DeviceTreeClaims,
  { ram, initrd }: { ram: Range; initrd: Range },
): void {
  const refuse = (what: string, expected: string, got: string, wayOut: string) =>
    new HarnessError('usage', what, { where: path, expected, got, wayOut });
  const show = ({ base, size }: Range) => `${hex(base)}..${hex(base + size)}`;
  const outside = claims.memory.find(
    ({ base, size }) => base < ram.base || base + size > ram.base + ram.size,
  );
  if (claims.memory.length === 0 || outside) {
    throw refuse(
      "the device tree's memory is not the guest's RAM",
      `memory nodes inside ${show(ram)}`,
      outside ? show(outside) : 'no memory node',
      'change its memory node, or the RAM that the guest is given',
    );
  }
  if (claims.initrd === undefined || claims.initrd.base !== initrd.base || claims.initrd.size < initrd.size) {
    throw refuse(
      'the device tree does not say where the initrd lies',
      `/chosen with linux,initrd-start ${hex(initrd.base)} and linux,initrd-end ${hex(initrd.base + initrd.size)}`,
      claims.initrd ? show(claims.initrd) : 'neither of the two',
      `fdtput -t x ${path} /chosen linux,initrd-start ${hex(initrd.base)} and the same for linux,initrd-end`,
    );
  }
}
