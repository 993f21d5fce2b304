// SPDX-License-Identifier: BSD-2-Clause
/** Consistency rules for the numbers in a board's definition: a wrong digit is found here and not on the board. */

import { HarnessError } from '../harness/base/error.js';
import { largePage, smallPage } from '../harness/base/pages.js';
import { hex } from '../harness/base/text.js';
import type { Board, Range } from './board.js';
import { redistributorStride } from './board.js';

/** INTIDs of a GIC without extended ranges: SPIs are 32 to 1019 (IHI 0069, 2.2). */
const [firstPpi, firstSpi, lastSpi] = [16, 32, 1019];
/** VMM_MAX_INTIDS of libvmm. */
const mostIntids = 512;
/** seL4 places and maps nothing beyond this address on these CPUs. */
const physicalTop = 2 ** 40;

const span = ({ base, size }: Range) => `${hex(base)}..${hex(base + size)}`;
const within = (inner: Range, outer: Range) =>
  inner.base >= outer.base && inner.base + inner.size <= outer.base + outer.size;
const overlap = (a: Range, b: Range) => a.base < b.base + b.size && b.base < a.base + a.size;

interface Named {
  what: string;
  range: Range;
}

/** The register frames of a board, with their names. */
function deviceFrames({ gic, uart }: Board): Named[] {
  const frames: Named[] = [
    { what: 'the distributor', range: { base: gic.distributor, size: gic.frameSize } },
    { what: 'the UART', range: { base: uart.base, size: uart.size } },
  ];
  if (gic.version === 3) {
    const range = { base: gic.redistributor, size: gic.redistributorSize };
    return [...frames, { what: 'the redistributors', range }];
  }
  const size = gic.cpuInterfaceSize;
  return [
    ...frames,
    { what: 'GICC', range: { base: gic.cpuInterface, size } },
    { what: 'GICH', range: { base: gic.hypervisorInterface, size: smallPage } },
    { what: 'GICV', range: { base: gic.virtualCpuInterface, size } },
  ];
}

/** Pairs of ranges that overlap. */
function* collisions(parts: readonly Named[]): Generator<[Named, Named]> {
  for (const [index, one] of parts.entries())
    for (const other of parts.slice(index + 1)) if (overlap(one.range, other.range)) yield [one, other];
}

/** One sentence for each inconsistency. */
function* mistakes(folder: string, board: Board): Generator<string> {
  const { name, memory, loadAddress, gic, uart, timers, cpu, guest, qemu, start } = board;
  if (name !== folder) yield `its name is ${name}, its folder ${folder}`;
  const banks = memory.map((range, index) => ({ what: `memory[${index}]`, range }));
  const frames = deviceFrames(board);
  for (const { what, range } of banks)
    if (range.size <= 0 || range.base % smallPage !== 0 || range.size % smallPage !== 0)
      yield `${what} is ${span(range)}, which does not consist of whole pages`;
  for (const { what, range } of [...banks, ...frames])
    if (!within(range, { base: 0, size: physicalTop })) yield `${what} ends beyond ${hex(physicalTop)}`;
  for (const [one, other] of collisions([...banks, ...frames]))
    yield `${one.what} (${span(one.range)}) overlaps ${other.what} (${span(other.range)})`;
  if (loadAddress % smallPage !== 0) yield `loadAddress ${hex(loadAddress)} is not page-aligned`;
  if (!memory.some((range) => within({ base: loadAddress, size: smallPage }, range)))
    yield `loadAddress ${hex(loadAddress)} is not in its memory`;
  for (const { what, range } of frames)
    if (what !== 'the UART' && range.base % smallPage !== 0)
      yield `${what} is at ${hex(range.base)}, which is not page-aligned`;
  if (gic.version === 3 && gic.redistributorSize % redistributorStride !== 0)
    yield `redistributorSize ${hex(gic.redistributorSize)} is not a multiple of ${hex(redistributorStride)}`;
  if (gic.version === 2 && gic.cpuInterfaceSize < 2 * smallPage)
    yield `cpuInterfaceSize ${hex(gic.cpuInterfaceSize)} leaves out GICC_DIR in the second page`;
  if (gic.intids % 32 !== 0 || gic.intids < 2 * firstSpi || gic.intids > mostIntids)
    yield `gic.intids is ${gic.intids}, not a multiple of 32 from ${2 * firstSpi} to ${mostIntids}`;
  if (uart.intid >= gic.intids) yield `the UART's INTID ${uart.intid} is not one of the GIC's ${gic.intids}`;
  if (uart.intid < firstSpi || uart.intid > Math.min(lastSpi, board.lastIntid))
    yield `the UART's INTID ${uart.intid} is not an SPI from ${firstSpi} to ${board.lastIntid}: SPI number + 32`;
  for (const [which, intid] of Object.entries({ ...timers, maintenance: gic.maintenance }))
    if (intid < firstPpi || intid >= firstSpi)
      yield `INTID ${intid} (${which}) is not a PPI: PPI number + 16`;
  if (uart.compatible.length === 0) yield 'uart.compatible is empty';
  if (!/^tty[A-Za-z]+\d+$/.test(uart.linuxName))
    yield `uart.linuxName is ${uart.linuxName}, not a name such as ttyAMA0`;
  if (cpu.listRegisters < 1 || cpu.listRegisters > 16) yield `${cpu.listRegisters} list registers: 1 to 16`;
  if (guest.ram.base % largePage !== 0 || guest.ram.size % largePage !== 0)
    yield `guest.ram ${span(guest.ram)} does not consist of whole pages of 2 MiB`;
  for (const [what, base] of Object.entries({ dtb: guest.dtb, initrd: guest.initrd }))
    if (!within({ base, size: smallPage }, guest.ram))
      yield `guest.${what} ${hex(base)} is outside guest.ram`;
  for (const { what, range } of frames)
    if (overlap(range, guest.ram)) yield `guest.ram ${span(guest.ram)} covers ${what} (${span(range)})`;
  if ((qemu !== undefined) !== start.includes('qemu')) yield "`qemu` and 'qemu' in `start` go together";
}

/** Throws HarnessError (harness) with every inconsistency in `board`; `folder` is where it was found. */
export function checkBoard(folder: string, board: Board | undefined): asserts board is Board {
  const found = board === undefined ? ['it exports no `board`'] : [...mistakes(folder, board)];
  if (found.length === 0) return;
  throw new HarnessError('harness', 'the definition of the board is inconsistent', {
    where: `boards/${folder}/board.ts`,
    got: found.join('; '),
    wayOut: 'docs/adding-a-board.md explains each number and where to find it',
  });
}
