// SPDX-License-Identifier: BSD-2-Clause
/** What of one virtual machine can reach others through the kernel of an SDK: docs/known-issues.md. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sdk } from './sdk.js';

/**
 * `own`: the kernel switches a guest's debug registers with its vCPU. `shared`: they stay on while others run, and a guest
 * can stop any protection domain, its VMM and the monitor among them. `unknown`: the SDK's files do not say.
 */
export type DebugRegisters = 'own' | 'shared' | 'unknown';

/** Whose debug registers are in one configuration of a board: the kernel's configuration tells. */
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

/** Which configurations of an SDK, on any board, have them so. */
function configsWith(sdk: Sdk, wanted: DebugRegisters): string[] {
  const found = [...sdk.boards].flatMap(([board, configs]) =>
    configs.filter((config) => debugRegisters(sdk, board, config) === wanted),
  );
  return [...new Set(found)].sort();
}

/** The same of a whole SDK, in words. */
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
