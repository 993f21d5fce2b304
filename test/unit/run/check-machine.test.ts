// SPDX-License-Identifier: BSD-2-Clause
/** Several guests on one console, on an invented machine whose guests answer `echo` as a shell does. */
import { duplexPair } from 'node:stream';
import * as assert from 'uvu/assert';
import { HarnessError } from '../../../harness/base/error.js';
import { noProgress } from '../../../harness/base/progress.js';
import { Console } from '../../../harness/machine/console.js';
import type { Machine, Target } from '../../../harness/machine/machine.js';
import { runPlan } from '../../../harness/run/check-machine.js';
import { commandCheck } from '../../../harness/run/checks/command-check.js';
import type { Plan } from '../../../harness/run/plan.js';
import { run, test } from '../../support/test.js';

/** A machine that boots two guests; `after` acts on its console once they are up. */
function machineOf(after: (say: (text: string) => void) => void): Target {
  return {
    name: 'made up',
    start: async () => {
      const [near, far] = duplexPair();
      const say = (text: string) => far.write(text);
      const console = new Console(near);
      far.on('data', (chunk: Buffer) => {
        // Typed as `<guest>echo "@1"'<'; COMMAND; echo "@1"'>'$?`.
        const [, guest, mark, command] = /^<(.)>echo "(@\d+)"'<'; (.*); echo/.exec(chunk.toString()) ?? [];
        if (guest !== undefined)
          say(`${guest}| ${mark}<\n${guest}| ${guest} did ${command}\n${guest}| ${mark}>0\n${guest}| # `);
      });
      setImmediate(() => {
        say('VMM up\na| Linux\nb| Linux\nb| # \na| # ');
        after(say);
      });
      const made = { stream: near, console, facts: {}, diagnose: async () => undefined };
      return { ...made, reset: async () => {}, powerOff: async () => {} } as Machine;
    },
  };
}

const until = (text: string) => ({ name: text, until: text, what: text, limit: 5_000, silence: 5_000 });
const guest = (name: string) => ({
  name,
  console: { prefix: `${name}| `, select: `<${name}>` },
  prompt: '# ',
  phases: [until('# ')],
});
const check = (name: string, expect: string) => ({
  ...commandCheck({ name: `check of ${name}`, run: 'it', status: 0, expect, limit: 5_000 }),
  guest: name,
});
const plan: Plan = {
  phases: [until('VMM up')],
  prompt: undefined,
  prepare: undefined,
  guests: [guest('a'), guest('b')],
  checks: [check('b', 'b did it'), check('a', 'a did it')],
};
const work = { folder: '/tmp', progress: noProgress, signal: new AbortController().signal };

test('each check runs in the shell of its guest', async () => {
  const { results } = await runPlan(
    machineOf(() => {}),
    'x.img',
    plan,
    work,
  );
  assert.equal(results.map(({ outcome, got }) => [outcome, got]).slice(1), [
    ['pass', 'b did it'],
    ['pass', 'a did it'],
  ]);
});

test('the death of one is the end of every wait, at once', async () => {
  const target = machineOf((say) => say('MON|ERROR: faulting PD: vmm\n'));
  const never = { ...plan, guests: [{ ...guest('a'), phases: [until('never')] }] };
  const { error } = await runPlan(target, 'x.img', never, work);
  assert.instance(error, HarnessError);
  assert.match(error?.message ?? '', /a protection domain without a parent faulted/);
});

run();
