// SPDX-License-Identifier: BSD-2-Clause
/** Reruns, on another target, a case that broke a rule. */

import { Ledger } from '../model/index.js';
import { gicOf } from './case.js';
import { describeSeen } from './describe.js';
import type { Engine } from './engine.js';
import type { Finding, SecondView } from './finding.js';

/** Runs the case of `finding` on another target with the same VMM. */
export async function askAgain(engine: Engine, finding: Finding, signal: AbortSignal): Promise<SecondView> {
  const who = engine.tier.name;
  const interrupted = { who, said: 'not asked: interrupted' };
  if (signal.aborted) return interrupted;
  try {
    return await ask(engine, finding);
  } catch (error) {
    if (!signal.aborted) throw error;
    return interrupted;
  }
}

async function ask(engine: Engine, finding: Finding): Promise<SecondView> {
  const who = engine.tier.name;
  const { rule, found, failure } = finding;
  if (gicOf(found) !== engine.config.gic)
    return { who, said: `not asked: it has a GICv${engine.config.gic}` };
  if (found.vcpus > engine.config.vcpus)
    return { who, said: `not asked: it has ${engine.config.vcpus} vCPUs` };
  const [verdict] = await engine.run([found], new Ledger());
  const again = verdict?.failure;
  if (again !== undefined) {
    const { broken } = again;
    const same = broken.rule === rule && broken.got === failure.broken.got;
    return { who, said: same ? broken.got : `${broken.got} (${broken.rule.id})`, broken: true };
  }
  if (!shows(engine, finding)) return { who, said: 'this tier does not show it' };
  const last = found.steps.length - 1;
  const [step, seen] = [found.steps[last], verdict?.seen[last]];
  const description = step && seen ? describeSeen(engine.config, step, seen) : '';
  return { who, said: `as the model says${description === '' ? '' : `: ${description}`}`, broken: false };
}

function shows({ tier, config }: Engine, { rule }: Finding): boolean {
  if (rule.needs === 'kernel') return config.seesKernel;
  return rule.needs === undefined || tier.seesMemory;
}
