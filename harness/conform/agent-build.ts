// SPDX-License-Identifier: BSD-2-Clause
/** Builds the image of a conformance run from a board, an SDK and a libvmm. */
import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { Board } from '../../boards/board.js';
import { makeFolder, writeChanged } from '../base/disk.js';
import { HarnessError } from '../base/error.js';
import { withLock } from '../base/lock.js';
import { buildRoot, packageRoot } from '../base/paths.js';
import { runTool } from '../base/run-tool.js';
import { requireBoard, type Sdk, toolOf } from '../microkit/sdk.js';
import { type Subject, subjectHash } from '../subject/library.js';
import { writeSystem } from '../system/index.js';
import { agentConfig, agentSystem, agentVmmConfig } from './agent-system.js';
import { buildHash, buildHeader } from './build-hash.js';
import { protocolHeader } from './link/header.js';

export interface AgentBuild {
  board: Board;
  sdk: Sdk;
  config: string;
  /** Number of cores that the agent and the vCPUs are spread over; 1 by default. */
  cores?: number | undefined;
  /** This project's libvmm when not given. */
  subject?: Subject | undefined;
  /** Folder of the build; below the build directory when not given. */
  directory?: string;
  signal?: AbortSignal | undefined;
}

const vmmSources = join(packageRoot, 'sel4-vmm-c');

const makeVariables = (variables: Readonly<Record<string, string>>): string[] =>
  Object.entries(variables).map(([name, value]) => `${name}=${value}`);

/** An image, and the build number in its greeting. */
export interface AgentImage {
  image: string;
  build: number;
}

/** Seconds that a second build of the same folder waits for the first. */
const buildWait = 300;

/** Builds what is not up to date. Throws HarnessError (product) with the output of the compiler or linker. */
export async function buildAgent(request: AgentBuild): Promise<AgentImage> {
  const { board, sdk, config, subject, cores = 1 } = request;
  requireBoard(sdk, board.name, config);
  const identity = JSON.stringify([resolve(sdk.dir), subject === undefined ? '' : subjectHash(subject)]);
  const hash = createHash('sha256').update(identity).digest('hex').slice(0, 8);
  const usual = join(
    buildRoot,
    'conform',
    `${board.name}-${sdk.name}-${config}${cores > 1 ? `-${cores}cores` : ''}-${hash}`,
  );
  const folder = request.directory ?? usual;
  makeFolder(join(folder, 'include'));
  const lock = { what: "the agent's build folder", wait: buildWait, signal: request.signal };
  return withLock(join(folder, 'lock'), lock, () => buildIn(folder, request));
}

async function buildIn(folder: string, request: AgentBuild): Promise<AgentImage> {
  const { board, sdk, config, subject, cores, signal } = request;
  const headers = join(folder, 'include');
  await writeChanged(join(headers, 'conform_protocol.h'), protocolHeader());
  await writeChanged(join(headers, 'agent_config.h'), agentConfig(board, cores));
  await writeChanged(join(headers, 'vmm_config.h'), agentVmmConfig(board, cores));
  const system = join(folder, 'agent.system');
  await writeChanged(system, writeSystem(agentSystem(board, cores)));
  const common = { MICROKIT_SDK: resolve(sdk.dir), BOARD: board.name, CONFIG: config };
  const tool = { fault: 'product', cwd: folder, signal } as const;
  if (subject === undefined) {
    const variables = { ...common, BUILD: join(folder, 'libvmm'), VMM_CONFIG_DIR: headers };
    const what = "libvmm's build";
    await runTool('make', ['-s', '-j2', '-C', vmmSources, 'lib', ...makeVariables(variables)], {
      ...tool,
      what,
      log: join(folder, 'libvmm.log'),
    });
  }
  const library = subject?.library ?? join(folder, 'libvmm', 'libvmm.a');
  const build = buildHash([library]);
  await writeChanged(join(headers, 'agent_build.h'), buildHeader(build));
  const agent = {
    ...common,
    BUILD: folder,
    CONFIG_DIR: headers,
    LIB: library,
    INCLUDE: (subject?.include ?? [join(vmmSources, 'libvmm', 'include')]).join(' '),
    DIALECT: subject?.dialect.name ?? 'spec',
    GIC: String(board.gic.version),
    UART: board.uart.kind,
  };
  const make = ['-s', '-j2', '-C', join(vmmSources, 'conform', 'agent'), ...makeVariables(agent)];
  await runTool('make', make, { ...tool, what: "the agent's build", log: join(folder, 'agent.log') }).catch(
    (error: unknown) => {
      throw subject === undefined ? error : doesNotLink(error, subject, request);
    },
  );
  const image = join(folder, 'agent.img');
  const where = ['--search-path', folder, '--board', board.name, '--config', config];
  await runTool(toolOf(sdk.dir), [system, ...where, '-o', image, '-r', join(folder, 'report.txt')], {
    ...tool,
    what: `the Microkit tool of ${sdk.name}`,
    log: join(folder, 'tool.log'),
    env: { MICROKIT_SDK: resolve(sdk.dir) },
  });
  return { image, build };
}

/** Adds to an error of the compiler or linker which library was expected. */
function doesNotLink(
  error: unknown,
  { dialect, library }: Subject,
  { board, sdk, config }: AgentBuild,
): unknown {
  if (!(error instanceof HarnessError) || error.fault !== 'product') return error;
  const { got = '', where } = error.detail;
  return new HarnessError('product', 'the agent cannot be made with this library', {
    where: library ?? '',
    expected: `an archive for ${board.name} (${sdk.name}, ${config}) with the calls of ${dialect.library}, and its headers`,
    got,
    wayOut: `read ${where}; build the library for this board and SDK, or give another --api`,
  });
}
