// SPDX-License-Identifier: BSD-2-Clause
/** Judges one generated mutant: is it found on the host tier? */
import { HarnessError } from '../../base/error.js';
import { type KeptCase, replay } from '../../conform/corpus.js';
import { Engine } from '../../conform/engine.js';
import { HostTier } from '../../conform/host-tier.js';
import type { Session } from '../../conform/link/session.js';
import { search } from '../../conform/search.js';
import type { Diagnosis, Tier } from '../../conform/tier.js';
import { learnFrom } from '../../conform/tier-run.js';
import { robustRules } from '../../model/index.js';

export interface JudgeOptions {
  seed: number;
  /** Cases on each interrupt controller after which a mutant counts as alive. */
  cases: number;
  kept: readonly KeptCase[];
  signal?: AbortSignal | undefined;
}

/** Milliseconds of silence after which a program is in an endless loop. */
const silence = 8_000;

/** The program of a mutant has died: nothing more can be learnt. */
class Died extends Error {}

/** A host tier that is not restarted. */
class OneLife implements Tier {
  readonly on = '';
  readonly deathsToCount = 1;
  readonly seesMemory = true;

  constructor(readonly tier: HostTier) {}

  get name(): string {
    return this.tier.name;
  }

  get session(): Session {
    return this.tier.session;
  }

  diagnose(error: HarnessError): Promise<Diagnosis> {
    return this.tier.diagnose(error);
  }

  async restart(): Promise<void> {
    throw new Died();
  }

  lastOutput(): string {
    return this.tier.lastOutput();
  }

  stop(): Promise<void> {
    return this.tier.stop();
  }
}

/** The id of the rule that a program breaks; `undefined` when it passes on both interrupt controllers. */
export async function killerOf(program: string, options: JudgeOptions): Promise<string | undefined> {
  for (const gic of [2, 3] as const) {
    const by = await killerOn(gic, program, options);
    if (by !== undefined) return by;
  }
  return undefined;
}

async function killerOn(
  gic: 2 | 3,
  program: string,
  { seed, cases, kept, signal }: JudgeOptions,
): Promise<string | undefined> {
  const tier = new OneLife(await HostTier.start(program, gic, signal));
  tier.session.link.setPatience(silence, 0);
  try {
    const engine = new Engine(tier, await learnFrom(tier));
    const [known] = await replay(engine, kept);
    if (known !== undefined) return known.rule.id;
    const [finding] = await search(engine, { seed, cases, signal, first: true, shrinkLimit: 0 });
    signal?.throwIfAborted();
    return finding?.rule.id;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof Died || (error instanceof HarnessError && error.fault === 'product'))
      return robustRules.alive.id;
    throw error;
  } finally {
    await tier.stop();
  }
}
