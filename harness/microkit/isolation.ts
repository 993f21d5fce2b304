// SPDX-License-Identifier: BSD-2-Clause
/** The state of one virtual machine that can reach others through an SDK's kernel: docs/known-issues.md. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sdk } from './sdk.js';

/**
 * `own`: the kernel switches a guest's debug registers with its vCPU. `shared`: they stay in effect while others run,
 * so that a guest can stop any protection domain, including its VMM and the monitor. `unknown`: the SDK's files do not
 * show it.
 */
export type DebugRegisters = 'own' | 'shared' | 'unknown';

/** How the kernel of one configuration of a board treats debug registers, according to the kernel's configuration. */
export function debugRegisters(
  { dir, provider }: Pick<Sdk, 'dir' | 'provider'>,
  board: string,
  config: string,
): DebugRegisters {
  if (provider === 'minikit') return 'own';
  const header = join(dir, 'board', board, config, 'include', 'kernel', 'gen_config.h');
  if (!existsSync(header)) return 'unknown';
  return /^#define CONFIG_HARDWARE_DEBUG_API\s+1\b/m.test(readFileSync(header, 'utf8')) ? 'own' : 'shared';
}

/** The configurations of an SDK, on any board, with the `wanted` behaviour. */
function configsWith(sdk: Sdk, wanted: DebugRegisters): string[] {
  const found = [...sdk.boards].flatMap(([board, configs]) =>
    configs.filter((config) => debugRegisters(sdk, board, config) === wanted),
  );
  return [...new Set(found)].sort();
}

/** A description of the behaviour of a whole SDK. */
export function debugRegistersText(sdk: Sdk): string {
  const shared = configsWith(sdk, 'shared');
  const unknown = configsWith(sdk, 'unknown');
  const parts = [
    ...(shared.length > 0
      ? [`reach other protection domains in ${shared.join(', ')} (docs/known-issues.md)`]
      : []),
    ...(unknown.length > 0 ? [`not known for ${unknown.join(', ')}`] : []),
  ];
  return parts.join('; ') || "are its vCPU's own";
}
