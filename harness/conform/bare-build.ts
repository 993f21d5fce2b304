// SPDX-License-Identifier: BSD-2-Clause
/** Builds the image of the bare machine: the probe and its agent without a kernel or VMM. */

import { join, resolve } from 'node:path';
import type { Board } from '../../boards/board.js';
import { makeFolder, writeChanged } from '../base/disk.js';
import { withLock } from '../base/lock.js';
import { buildRoot, packageRoot } from '../base/paths.js';
import { runTool } from '../base/run-tool.js';
import { hex } from '../base/text.js';
import { requireBoard, type Sdk } from '../microkit/sdk.js';
import type { AgentImage } from './agent-build.js';
import { agentConfig } from './agent-system.js';
import { buildHash, buildHeader } from './build-hash.js';
import { protocolHeader } from './link/header.js';

export interface BareBuild {
  board: Board;
  /** Only its headers are used. */
  sdk: Sdk;
  config: string;
  signal?: AbortSignal | undefined;
}

/** Seconds that a second build of the same folder waits for the first. */
const buildWait = 300;

/** Builds what is not up to date. Returns the image. */
export async function buildBareMachine({ board, sdk, config, signal }: BareBuild): Promise<AgentImage> {
  requireBoard(sdk, board.name, config);
  const folder = join(buildRoot, 'conform', `${board.name}-gicv${board.gic.version}-bare`);
  const headers = join(folder, 'include');
  makeFolder(headers);
  const lock = { what: "the bare machine's build folder", wait: buildWait, signal };
  return withLock(join(folder, 'lock'), lock, () => buildIn(folder, headers, { board, sdk, config, signal }));
}

async function buildIn(
  folder: string,
  headers: string,
  { board, sdk, config, signal }: BareBuild,
): Promise<AgentImage> {
  await writeChanged(join(headers, 'conform_protocol.h'), protocolHeader());
  await writeChanged(join(headers, 'agent_config.h'), agentConfig(board));
  const build = buildHash();
  await writeChanged(join(headers, 'agent_build.h'), buildHeader(build));
  const variables = {
    MICROKIT_SDK: resolve(sdk.dir),
    BOARD: board.name,
    CONFIG: config,
    BUILD: folder,
    CONFIG_DIR: headers,
    LOAD_ADDRESS: hex(board.loadAddress),
    GIC: String(board.gic.version),
    UART: board.uart.kind,
  };
  const settings = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  const sources = join(packageRoot, 'sel4-vmm-c', 'conform', 'bare');
  await runTool('make', ['-s', '-j2', '-C', sources, ...settings], {
    what: "the bare machine's build",
    fault: 'harness',
    cwd: folder,
    log: join(folder, 'build.log'),
    signal,
  });
  return { image: join(folder, 'bare.img'), build };
}
