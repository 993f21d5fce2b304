// SPDX-License-Identifier: BSD-2-Clause
/** Builds the program of a tier, and starts the tier. */

import type { Board } from '../../boards/board.js';
import { step } from '../base/progress.js';
import { isSmp } from '../microkit/board-facts.js';
import type { Sdk } from '../microkit/sdk.js';
import type { Deviation } from '../subject/deviations/deviation.js';
import { deviationsAcrossCores, deviationsOnGicV3 } from '../subject/deviations/sel4.js';
import { buildAgent } from './agent-build.js';
import { buildBareMachine } from './bare-build.js';
import type { BareSeat } from './bare-machines.js';
import { buildHostTier, HostTier } from './host-tier.js';
import { isThere } from './lacks.js';
import { MachineTier } from './machine-tier.js';
import type { PlanRequest } from './plan-request.js';
import type { Seat } from './seat.js';
import type { Tier } from './tier.js';

export async function openHost(gic: 2 | 3, { subject, progress, signal }: PlanRequest): Promise<Tier> {
  // An archive has no instrumentation.
  const guided = subject === undefined && isThere('clang');
  const build = { flavour: guided ? 'guided' : 'checked', subject, signal } as const;
  const program = await step(progress, 'build the host tier', () => buildHostTier(build));
  return HostTier.start(program, gic, signal, guided);
}

/** What every tier on the machine of a seat has. */
const seated = ({ name, patience, mayStop, start }: Seat, image: string, signal: AbortSignal) => ({
  machine: () => start(image),
  name,
  patience,
  mayStop,
  signal,
});

/** Milliseconds. In QEMU the cores of an SMP kernel wait for each other in busy loops. */
const onSlowCores = { patience: 120_000, bootLimit: 300_000 } as const;

/** What the kernel below the library is known to break. */
function deviationsOf({ provider }: Sdk, { gic }: Board, cores = 1): readonly Deviation[] {
  if (provider !== 'microkit') return [];
  return [...(gic.version === 3 ? deviationsOnGicV3 : []), ...(cores > 1 ? deviationsAcrossCores : [])];
}

export async function openAgent(seat: Seat, request: PlanRequest): Promise<Tier> {
  const { config, cores, subject, progress, signal } = request;
  const { board, label } = seat;
  const sdk = await request.sdk();
  const made = await step(progress, 'build the agent', () =>
    buildAgent({ board, sdk, config, cores, subject, signal }),
  );
  return MachineTier.start({
    ...seated(seat, made.image, signal),
    ...(isSmp(config) && onSlowCores),
    build: made.build,
    on: `${label}, ${sdk.name}, ${config}${cores === undefined || cores === 1 ? '' : `, ${cores} cores`}`,
    deviations: deviationsOf(sdk, board, cores),
  });
}

export async function openBare(seat: BareSeat, request: PlanRequest): Promise<Tier> {
  const { config, progress, signal } = request;
  const { board, on, deviations } = seat;
  const sdk = await request.sdk();
  const made = await step(progress, 'build the bare machine', () =>
    buildBareMachine({ board, sdk, config, signal }),
  );
  return MachineTier.start({ ...seated(seat, made.image, signal), build: made.build, on, deviations });
}
