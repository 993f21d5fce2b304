// SPDX-License-Identifier: BSD-2-Clause
/** Steps and answers that are packed for a slow line: the C code of a target does the same with them as with plain ones. */
import { spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import { sample } from 'fast-check';
import * as assert from 'uvu/assert';
import { CaseArbitrary } from '../../harness/conform/generate/arbitrary.js';
import { themes } from '../../harness/conform/generate/themes.js';
import { buildHostTier } from '../../harness/conform/host-tier.js';
import { learn } from '../../harness/conform/learn.js';
import { Session } from '../../harness/conform/link/session.js';
import type { WireStep } from '../../harness/conform/link/steps.js';
import { configOf } from '../../harness/conform/tier.js';
import type { Seen } from '../../harness/model/index.js';
import { run, test } from '../support/test.js';

const program = await buildHostTier({ flavour: 'checked' });

/** What the target is seen to do with `steps`, and the bytes that went over the line in both directions. */
async function performed(packed: boolean, stepsFor: (session: Session) => Promise<WireStep[]>) {
  const child = spawn(program, ['2'], { env: { ...process.env, ASAN_OPTIONS: 'detect_leaks=0' } });
  const stream = Duplex.from({ writable: child.stdin, readable: child.stdout });
  const session = await Session.open(stream, { packed, patience: 20_000, retries: 0 });
  try {
    const steps = await stepsFor(session);
    const { bytesIn, bytesOut } = session.link.counts;
    const seen: Seen[] = await session.run(steps);
    const { counts } = session.link;
    return { steps, seen, out: counts.bytesOut - bytesOut, in: counts.bytesIn - bytesIn };
  } finally {
    session.link.close();
    child.kill('SIGKILL');
  }
}

const generated = async (session: Session): Promise<WireStep[]> => {
  const config = await learn(session, configOf(session.greeting));
  const cases = sample(new CaseArbitrary([...themes], config), { seed: 5, numRuns: 100 });
  return cases.flatMap(({ vcpus, page, steps }): WireStep[] => [{ op: 'reset', vcpus, page }, ...steps]);
};

test('what is packed is done and seen as what is not, and takes six bytes a step or fewer each way', async () => {
  const plain = await performed(false, generated);
  const packed = await performed(true, async () => plain.steps);
  assert.equal(packed.seen, plain.seen);
  assert.ok(plain.steps.length > 2_000);
  assert.ok(packed.out / packed.steps.length <= 6, `${packed.out / packed.steps.length} bytes out`);
  assert.ok(packed.in / packed.steps.length <= 6, `${packed.in / packed.steps.length} bytes in`);
  assert.ok(plain.out / plain.steps.length > 15);
});

run();
