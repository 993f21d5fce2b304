// SPDX-License-Identifier: BSD-2-Clause
/**
 * The placement of the guest's images in its RAM. All addresses are guest physical (IPAs), all sizes bytes.
 *
 * The rules are those of Linux, Documentation/arm64/booting.rst: the kernel at text_offset from a 2 MiB-aligned base;
 * the device tree 8-byte aligned and at most 2 MiB; the initrd within 32 GiB of the kernel.
 */

import type { Range } from '../../boards/board.js';
import { HarnessError } from '../../harness/base/error.js';
import { largePage, smallPage } from '../../harness/base/pages.js';
import { hex } from '../../harness/base/text.js';
import type { ImageHeader } from './image.js';

export interface GuestLayout {
  ram: Range;
  /** From the entry point to the end of the kernel's BSS. */
  kernel: Range;
  dtb: Range;
  initrd: Range;
}

export interface LayoutRequest {
  ram: Range;
  kernel: Pick<ImageHeader, 'textOffset' | 'imageSize'>;
  dtbSize: number;
  initrdSize: number;
  /** Address of the device tree; by default the last 2 MiB of RAM. */
  dtbAddress?: number | undefined;
  /** Address of the initrd; by default right below the device tree. */
  initrdAddress?: number | undefined;
}

const kernelAlign = largePage;
const maxDtbSize = largePage;
const dtbAlign = 8;

const span = ({ base, size }: Range): string => `${hex(base)}..${hex(base + size)} (${size} bytes)`;

function refuse(what: string, expected: string, got: string, wayOut: string): HarnessError {
  return new HarnessError('usage', what, { where: 'guest layout', expected, got, wayOut });
}

function checkInside(name: string, range: Range, ram: Range): void {
  if (range.base >= ram.base && range.base + range.size <= ram.base + ram.size) return;
  throw refuse(
    `the guest's ${name} does not fit in its RAM`,
    `inside ${span(ram)}`,
    span(range),
    `use more RAM for the guest, another address, or a smaller ${name}`,
  );
}

function checkApart(a: { name: string; range: Range }, b: { name: string; range: Range }): void {
  const disjoint = a.range.base + a.range.size <= b.range.base || b.range.base + b.range.size <= a.range.base;
  if (disjoint) return;
  throw refuse(
    `the guest's ${a.name} and ${b.name} overlap`,
    `${a.name} and ${b.name} apart`,
    `${a.name} ${span(a.range)}, ${b.name} ${span(b.range)}`,
    `use more RAM for the guest, or another address for the ${b.name}`,
  );
}

/** Places the three images. If one does not fit, the error names it and the reason. */
export function layoutGuest(request: LayoutRequest): GuestLayout {
  const { ram, kernel, dtbSize, initrdSize } = request;
  if (ram.base % kernelAlign !== 0) {
    throw refuse(
      "the guest's RAM begins where Linux cannot be placed",
      'a base aligned to 2 MiB',
      hex(ram.base),
      `begin it at ${hex(ram.base - (ram.base % kernelAlign))}`,
    );
  }
  if (dtbSize > maxDtbSize) {
    throw refuse(
      "the guest's device tree is too large for Linux",
      `at most ${maxDtbSize} bytes`,
      `${dtbSize} bytes`,
      'use a smaller one with --dtb',
    );
  }
  const dtbAddress = request.dtbAddress ?? ram.base + ram.size - maxDtbSize;
  if (dtbAddress % dtbAlign !== 0) {
    throw refuse(
      "the guest's device tree is misaligned",
      'an address aligned to 8',
      hex(dtbAddress),
      'move it',
    );
  }
  const below = dtbAddress - initrdSize;
  const layout: GuestLayout = {
    ram,
    kernel: { base: ram.base + kernel.textOffset, size: kernel.imageSize },
    dtb: { base: dtbAddress, size: dtbSize },
    initrd: { base: request.initrdAddress ?? below - (below & (smallPage - 1)), size: initrdSize },
  };
  const placed = (['kernel', 'initrd', 'dtb'] as const).map((name) => ({
    name: name === 'dtb' ? 'device tree' : name,
    range: layout[name],
  }));
  for (const { name, range } of placed) checkInside(name, range, ram);
  const [first, second, third] = placed;
  if (first && second && third) {
    checkApart(first, second);
    checkApart(first, third);
    checkApart(second, third);
  }
  return layout;
}
