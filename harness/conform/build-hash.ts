// SPDX-License-Identifier: BSD-2-Clause
/** What an image of the agent's was made from, as a number that it greets with. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { cHeader } from '../base/c-header.js';
import { packageRoot } from '../base/paths.js';
import { hex } from '../base/text.js';
import { protocolHeader } from './link/header.js';

const parts = ['conform/steps', 'conform/adapters', 'conform/agent', 'conform/probe', 'conform/bare', 'uart'];

/** Files of a folder and all below, in an order that is always the same. */
function filesIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true });
  return names
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Changes with the agent's and the probe's sources, the protocol, and the files in `more`. */
export function buildHash(more: readonly string[] = []): number {
  const files = [...parts.flatMap((part) => filesIn(join(packageRoot, 'sel4-vmm-c', part))), ...more];
  return crc32(Buffer.concat([Buffer.from(protocolHeader()), ...files.map((file) => readFileSync(file))]));
}

/** `agent_build.h`. */
export const buildHeader = (hash: number): string =>
  cHeader('the sources of the agent and of the probe', [`#define AGENT_BUILD_HASH ${hex(hash)}u`]);
