// SPDX-License-Identifier: BSD-2-Clause
/** The build number of an agent image: a hash of its sources, sent in its greeting. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { cHeader } from '../base/c-header.js';
import { packageRoot } from '../base/paths.js';
import { hex } from '../base/text.js';
import { protocolHeader } from './link/header.js';

const parts = ['conform/steps', 'conform/adapters', 'conform/agent', 'conform/probe', 'conform/bare', 'uart'];

/** All files below a folder, sorted. */
function filesIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true });
  return names
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Hash of the sources of agent and probe, the protocol, and the files in `more`. */
export function buildHash(more: readonly string[] = []): number {
  const files = [...parts.flatMap((part) => filesIn(join(packageRoot, 'sel4-vmm-c', part))), ...more];
  return crc32(Buffer.concat([Buffer.from(protocolHeader()), ...files.map((file) => readFileSync(file))]));
}

/** `agent_build.h`. */
export const buildHeader = (hash: number): string =>
  cHeader('the sources of the agent and of the probe', [`#define AGENT_BUILD_HASH ${hex(hash)}u`]);
