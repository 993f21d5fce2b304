// SPDX-License-Identifier: BSD-2-Clause
/** What a description requires from the board: physical memory, devices, interrupts. */

import { type AddressRange, overlap } from '../../base/ranges.js';
import type { Description } from '../description.js';
import { formatRange } from '../format.js';
import type { Mapping } from '../nodes.js';
import { formatHex } from '../values.js';
import type { BoardFacts, Check, CheckContext } from './check.js';
import { placedRegions, sound, spaces } from './lookup.js';

/** The maps of memory regions at fixed physical addresses, each with its address space and its physical range. */
function mapsOfPlacedRegions(
  system: Description,
  context: CheckContext,
): { map: Mapping; title: string; range: AddressRange }[] {
  const placed = new Map(placedRegions(system, context).map(({ region, range }) => [region.name, range]));
  return spaces(system).flatMap(({ maps, title }) =>
    sound(maps).flatMap((map) => {
      const range = placed.get(map.mr);
      return range === undefined ? [] : [{ map, title, range }];
    }),
  );
}

const inMemory = ({ memory }: BoardFacts, range: AddressRange) => memory.some((part) => overlap(part, range));

const physical: Check = {
  about: 'a physical address that the board does not have',
  shows: 'tool',
  aarch64: true,
  run(system, report, context) {
    const { board } = context;
    if (board === undefined) return;
    for (const { region, range } of placedRegions(system, context)) {
      if (range.end <= board.physicalTop) continue;
      report(
        { element: region, attribute: 'phys_addr' },
        `memory region '${region.name}' lies beyond physical memory`,
        {
          expected: `to end at or below ${formatHex(board.physicalTop)} on ${board.name}`,
          got: formatRange(range),
        },
      );
    }
  },
};

const kernelFrame: Check = {
  about: 'a frame that the kernel reserves for itself',
  shows: 'tool',
  aarch64: true,
  run(system, report, context) {
    const { board } = context;
    if (board === undefined) return;
    for (const { region, range } of placedRegions(system, context)) {
      const frame = board.kernelFrames.find((candidate) => overlap(candidate.range, range));
      if (frame === undefined) continue;
      report(
        { element: region, attribute: 'phys_addr' },
        `memory region '${region.name}' covers ${frame.what}`,
        {
          got: `it is at ${formatRange(range)}, ${frame.what} at ${formatRange(frame.range)}`,
          wayOut: 'the kernel reserves it for itself: choose another physical address',
        },
      );
    }
  },
};

const cachedDevice: Check = {
  about: 'device registers that are mapped as if they were memory',
  shows: 'later',
  aarch64: true,
  run(system, report, context) {
    const { board } = context;
    if (board === undefined) return;
    for (const { map, title, range } of mapsOfPlacedRegions(system, context)) {
      const device = board.devices.find((candidate) => overlap(candidate.range, range));
      if (!map.cached || device === undefined) continue;
      report({ element: map }, `the map of '${map.mr}' in ${title} caches ${device.what}`, {
        got: `${device.what} is at ${formatRange(device.range)}, the memory region at ${formatRange(range)}`,
        wayOut: 'give the map cached="false": a cached register is read once and written late',
      });
    }
  },
};

const cachedOutside: Check = {
  about: 'a cached map of memory that the kernel does not know as RAM, so it is probably a device',
  shows: 'later',
  aarch64: true,
  severity: 'warning',
  run(system, report, context) {
    const { board } = context;
    if (board === undefined) return;
    for (const { map, title, range } of mapsOfPlacedRegions(system, context)) {
      const known = board.devices.some((device) => overlap(device.range, range));
      if (map.attributes.cached !== undefined || known || inMemory(board, range)) continue;
      report(
        { element: map },
        `the map of '${map.mr}' in ${title} is cached, but is not RAM of ${board.name}`,
        {
          got: formatRange(range),
          wayOut: 'write cached="false" for a device, or cached="true" for memory',
        },
      );
    }
  },
};

const interrupt: Check = {
  about: 'an interrupt that the board does not have, or that the kernel reserves',
  shows: 'boot',
  aarch64: true,
  run(system, report, context) {
    const { board } = context;
    if (board === undefined) return;
    for (const { domain } of system.domains) {
      for (const irq of sound(domain.irqs)) {
        const { irq: intid } = irq.attributes;
        const own = board.kernelInterrupts.find((candidate) => candidate.intid === intid);
        const at = { element: irq, attribute: 'irq' };
        if (own !== undefined) {
          report(at, `'${domain.name}' cannot have interrupt ${intid}`, {
            got: `the kernel reserves it: ${own.what}`,
          });
        } else if (intid > board.lastIntid) {
          report(at, `'${domain.name}' asks for interrupt ${intid}, which ${board.name} does not have`, {
            expected: `an INTID up to ${board.lastIntid}: SPI number + 32`,
            got: String(intid),
          });
        }
      }
    }
  },
};

const softwareGenerated: Check = {
  about: 'an interrupt number below 16: these are software-generated, and belong to no device',
  shows: 'later',
  aarch64: true,
  run(system, report, { board }) {
    for (const { domain } of system.domains) {
      for (const irq of sound(domain.irqs)) {
        const { irq: intid } = irq.attributes;
        if (intid >= 16) continue;
        if (board === undefined) {
          report(
            { element: irq, attribute: 'irq' },
            `interrupt ${intid} belongs to no device on AArch64, as which this description was read`,
            {
              expected: 'an INTID from 16 (PPIs) or 32 (SPIs); RISC-V counts from 1',
              wayOut: 'name the board: --board NAME',
            },
            'warning',
          );
          return;
        }
        report(
          { element: irq, attribute: 'irq' },
          `'${domain.name}' asks for interrupt ${intid}, which no device has`,
          {
            expected: 'an INTID from 16 (PPIs) or 32 (SPIs)',
            wayOut: `device trees count SPIs from 0: SPI ${intid} has INTID ${intid + 32}`,
          },
        );
      }
    }
  },
};

export const boardChecks = {
  board_physical: physical,
  board_kernel_frame: kernelFrame,
  board_cached_device: cachedDevice,
  board_cached_outside: cachedOutside,
  board_interrupt: interrupt,
  irq_software_generated: softwareGenerated,
};
