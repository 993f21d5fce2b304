// SPDX-License-Identifier: BSD-2-Clause
/** What minikit's tool must know of a board: `board/<board>/<config>/platform.json` of the SDK directory. */
import { readFileSync } from 'node:fs';
import type { Board, Range } from '../../boards/board.js';
import { HarnessError } from '../../harness/error.js';
import type { BoardFacts } from '../../harness/system/checks/check.js';
import { limits } from '../../harness/system/limits.js';

export interface Platform {
  board: string;
  /** RAM for the kernel and the system. */
  memory: Range[];
  /** Where the image is loaded and entered. */
  loadAddress: number;
  /** Frames that the kernel keeps. */
  kernelFrames: (Range & { what: string })[];
  distributor: Range;
  /** The highest INTID. */
  lastIntid: number;
  /** Bits of an address in a protection domain or virtual machine. */
  addressBits: number;
}

/** GICv2 (IHI 0048B, section 2.2.1): INTIDs 0 to 1019. */
const lastGicv2Intid = 1019;

/** The platform of a board, from the board's data. */
export function platformOf(board: Board): Platform {
  const page = limits.pageSizes[0];
  const { distributor, cpuInterface, hypervisorInterface, frameSize } = board.gic;
  return {
    board: board.name,
    memory: board.memory,
    loadAddress: board.loadAddress,
    kernelFrames: [
      { base: distributor, size: page, what: 'the GIC distributor' },
      { base: cpuInterface, size: page, what: 'the GIC CPU interface' },
      { base: hypervisorInterface, size: page, what: 'the GIC hypervisor interface' },
    ],
    distributor: { base: distributor, size: frameSize },
    lastIntid: lastGicv2Intid,
    addressBits: 40,
  };
}

/** The same for the checks of system descriptions. */
export function boardFacts(platform: Platform): BoardFacts {
  const range = ({ base, size }: Range) => ({ base, end: base + size });
  return {
    name: platform.board,
    memory: platform.memory.map(range),
    kernel: platform.kernelFrames.map((frame) => ({ range: range(frame), what: frame.what })),
    lastIntid: platform.lastIntid,
    distributor: range(platform.distributor),
    smc: false,
  };
}

/** Reads a platform.json. Throws HarnessError when it is not there or damaged. */
export function readPlatform(path: string): Platform {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Platform;
  } catch (cause) {
    throw new HarnessError('infrastructure', 'the platform of the board can not be read', {
      where: path,
      got: (cause as Error).message,
      wayOut: 'is this a minikit SDK directory? Build it again: make -C minikit',
      cause,
    });
  }
}
