// SPDX-License-Identifier: BSD-2-Clause
/** A run on machines that differ, vary, die or are lost. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HarnessError } from '../../../harness/base/error.js';
import { noProgress } from '../../../harness/base/progress.js';
import { GuestRestarted, GuestSilent } from '../../../harness/differential/line.js';
import type { Machine, Start } from '../../../harness/differential/machine.js';
import type { Machines } from '../../../harness/differential/machines.js';
import type { Program } from '../../../harness/differential/program.js';
import { frameKind } from '../../../harness/differential/protocol.js';
import { reportText } from '../../../harness/differential/report.js';
import { runDifferential } from '../../../harness/differential/run.js';
import { writeRun } from '../../../harness/differential/write-run.js';
import { inFolder } from '../../support/folder.js';
import { run, test } from '../../support/test.js';

const program: Program = { slots: [], acts: [{ kind: 'take' }] };
/** Logs of that program: INTIDs up to 1023, then memory without changes. */
const nothing = [0xff, 0x07, 0, 0, 0];
const taken = (intid: number) => [intid, ...nothing];

const on = { now: 0, most: 0, boots: 0 };

/** A machine that answers each program with the next log, or an error, and from then on with the last. */
function machine(answers: (number[] | HarnessError)[]): Start {
  let next = 0;
  const answer = async () => {
    const chosen = answers[Math.min(next++, answers.length - 1)];
    if (chosen instanceof HarnessError) throw chosen;
    return { kind: frameKind.log, payload: new Uint8Array(chosen ?? []) };
  };
  return async () => {
    on.boots += 1;
    on.now += 1;
    on.most = Math.max(on.most, on.now);
    let isOn = true;
    const powerOff = async () => {
      if (isOn) on.now -= 1;
      isOn = false;
    };
    return { name: 'made up', line: { run: answer }, powerOff } as unknown as Machine;
  };
}

async function runOn(bare: (number[] | HarnessError)[], vmm: (number[] | HarnessError)[]) {
  Object.assign(on, { now: 0, most: 0, boots: 0 });
  const starts = { bare: machine(bare), vmm: machine(vmm) };
  const machines: Machines = {
    name: 'made up',
    takesBatches: false,
    losesPar: false,
    sharesDebug: false,
    make: async () => starts,
  };
  const result = await runDifferential({
    machines,
    table: [],
    vocabulary: { kinds: ['memory'], acts: 1, gic: 2 },
    seed: 1,
    programs: 1,
    replay: program,
    progress: noProgress,
    signal: new AbortController().signal,
  });
  assert.equal(on.now, 0, 'every machine is off at the end');
  assert.ok(on.most <= 2, 'no more than one machine of each kind is on at a time');
  return result;
}

const silent = new GuestSilent('product', 'the guest is silent', { got: 'last words' });

test('a difference that the bare machine repeats is found', async () => {
  const { found, setAside } = await runOn([nothing], [taken(5)]);
  assert.equal(found[0]?.difference?.fields[0]?.field, 'INTID 1');
  assert.equal(setAside, 0);
});

test('a program on which the bare machine itself varies is set aside and counted', async () => {
  const { found, setAside } = await runOn([taken(5), nothing], [nothing]);
  assert.deepEqual([found.length, setAside], [0, 1]);
});

test('a VMM that dies is a finding with its last words, and few machines boot for it, one after the other', async () => {
  const { found, notRepeated } = await runOn([nothing], [silent]);
  assert.equal(found.length, 1);
  assert.equal(found[0]?.difference, undefined);
  assert.match(found[0]?.output ?? '', /the guest is silent\nlast words/);
  assert.equal(notRepeated, 0);
  assert.ok(on.boots < 10, `${on.boots} boots`);
});

test('a silence that does not repeat is counted and is no finding, and the run has no verdict', async () => {
  const done = await runOn([nothing], [silent, nothing]);
  assert.deepEqual([done.found.length, done.notRepeated], [0, 1]);
  await inFolder({}, async (runsRoot) => {
    const about = { subject: 'vmm', board: 'virt', seed: 1, started: new Date(0), interrupted: false };
    const { report, folder } = await writeRun(
      { ...done, machines: undefined },
      {
        ...about,
        ...{ leftOut: [], runsRoot, self: 'vmm-harness differential', repeat: '' },
      },
    );
    assert.equal(report.outcome, 'error');
    assert.match(
      reportText(report),
      /1 programs without a verdict: the VMM fell silent[\s\S]*ERROR, no verdict/,
    );
    assert.match(readFileSync(join(folder, 'junit.xml'), 'utf8'), /errors="1"/);
  });
});

test('a guest that starts again in a program is a finding, also if it does not again', async () => {
  const restarted = new GuestRestarted('product', 'the guest has started again');
  const { found, notRepeated } = await runOn([nothing], [restarted, nothing]);
  assert.deepEqual([found.length, notRepeated], [1, 0]);
});

test('a program that kills the bare machine too is set aside', async () => {
  const { found, setAside } = await runOn([silent], [silent]);
  assert.deepEqual([found.length, setAside], [0, 1]);
});

test('a machine that is lost is no finding: the run ends with the error', async () => {
  const lost = new HarnessError('infrastructure', 'the console was closed');
  await assert.rejects(runOn([nothing], [lost]), /the console was closed/);
});

run();
