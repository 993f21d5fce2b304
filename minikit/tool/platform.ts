// SPDX-License-Identifier: BSD-2-Clause
/** What minikit's tool must know of a board: `board/<board>/<config>/platform.json` of the SDK directory. */
import * as v from 'valibot';
import type { Board } from '../../boards/board.js';
import { readJson } from '../../harness/base/json.js';
import { limits } from '../../harness/base/limits.js';
import { readRegularFile } from '../../harness/base/read-file.js';
import { addressBits, boardFacts } from '../../harness/microkit/board-facts.js';
import type { BoardFacts } from '../../harness/system/checks/check.js';
import { defaultVersion, has, type Version, versions } from '../../harness/system/versions.js';

export interface Platform {
  /** The Microkit whose system descriptions the tool reads. */
  microkit: Version;
  /** Where the image is loaded and entered. */
  loadAddress: number;
  /** Bits of an address in a protection domain or virtual machine. */
  addressBits: number;
  /** For the checks of system descriptions; the tool places systems in its `memory`. */
  facts: BoardFacts;
}

/** The platform of a board, from the board's data, as of a version of Microkit. */
export function platformOf(board: Board, microkit: Version = defaultVersion): Platform {
  const facts = { ...boardFacts(board), smc: has(microkit, '2.1.0') };
  return { microkit, loadAddress: board.loadAddress, addressBits, facts };
}

const ranges = v.array(v.object({ base: v.number(), end: v.number() }));
/** What placing takes of the facts; the checks' part is as the build has written it with this. */
const placed = v.looseObject({ name: v.string(), memory: ranges, physicalTop: v.number() });
const platform = v.object({
  microkit: v.picklist(versions),
  loadAddress: v.number(),
  addressBits: v.number(),
  facts: v.custom<BoardFacts>((facts) => v.is(placed, facts)),
});

/** Reads a platform.json. Throws HarnessError when it is not there or damaged. */
export function readPlatform(path: string): Platform {
  const what = 'the platform of the board';
  const wayOut = 'is this a minikit SDK directory? Build it again: make -C minikit';
  const fault = 'infrastructure';
  const text = readRegularFile(path, { what, limit: limits.sdkFacts, fault, wayOut }).toString();
  return readJson(platform, text, { what, where: path, fault, wayOut });
}
