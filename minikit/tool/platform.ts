// SPDX-License-Identifier: BSD-2-Clause
/** The data of a board for minikit's tool: `board/<board>/<config>/platform.json` of the SDK. */
import * as v from 'valibot';
import type { Board } from '../../boards/board.js';
import { readJson } from '../../harness/base/json.js';
import { limits } from '../../harness/base/limits.js';
import { readRegularFile } from '../../harness/base/read-file.js';
import { addressBits, boardFacts } from '../../harness/microkit/board-facts.js';
import type { BoardFacts } from '../../harness/system/checks/check.js';
import { defaultVersion, has, type Version, versions } from '../../harness/system/versions.js';

export interface Platform {
  /** Version of Microkit whose system descriptions the tool reads. */
  microkit: Version;
  /** Load address and entry point of the image. */
  loadAddress: number;
  /** Width of addresses in a protection domain or virtual machine. */
  addressBits: number;
  /** For the checks of system descriptions. The tool places systems in `memory`. */
  facts: BoardFacts;
}

/** The platform of a board for a version of Microkit. */
export function platformOf(board: Board, microkit: Version = defaultVersion): Platform {
  const facts = { ...boardFacts(board), smc: has(microkit, '2.1.0') };
  return { microkit, loadAddress: board.loadAddress, addressBits, facts };
}

const ranges = v.array(v.object({ base: v.number(), end: v.number() }));
/** Checks the fields that placing uses. The build has written the rest of the file together with this tool. */
const placed = v.looseObject({ name: v.string(), memory: ranges, physicalTop: v.number() });
const platform = v.object({
  microkit: v.picklist(versions),
  loadAddress: v.number(),
  addressBits: v.number(),
  facts: v.custom<BoardFacts>((facts) => v.is(placed, facts)),
});

/** Reads a platform.json. Throws HarnessError when it is missing or damaged. */
export function readPlatform(path: string): Platform {
  const what = 'the platform of the board';
  const wayOut = 'is this a minikit SDK directory? Build it again: make -C minikit';
  const fault = 'infrastructure';
  const text = readRegularFile(path, { what, limit: limits.sdkFacts, fault, wayOut }).toString();
  return readJson(platform, text, { what, where: path, fault, wayOut });
}
