// SPDX-License-Identifier: BSD-2-Clause
/** The agent over a board's serial line: every fault of a lab is found out, gone on with, and none is the VMM's. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { HarnessError } from '../../harness/base/error.js';
import { noProgress } from '../../harness/base/progress.js';
import { readCorpus } from '../../harness/conform/corpus.js';
import { MachineTier } from '../../harness/conform/machine-tier.js';
import { readLab } from '../../harness/machine/board/lab/lab.js';
import { labTarget } from '../../harness/machine/board/target.js';
import { inQemu, made, type RunOptions, runOn, startOn, verdictOf } from '../support/board-conform.js';
import { cut, cutAfter, damage, type Filter, garble, pass } from '../support/fault-line.js';
import { refusal } from '../support/refusal.js';
import { run, test } from '../support/test.js';
import { boardName, children, type Desk, type Given, withBoard } from '../support/virtual-lab.js';

const limit = 240_000;
const cases = 60;
const whole: RunOptions = { cases, kept: readCorpus() };
let expected: ReturnType<typeof verdictOf> | undefined;

function boardTest(name: string, given: Given, body: (desk: Desk) => Promise<void>): void {
  test(name, () => withBoard(given, body), { limit });
}

/** A run during which something goes wrong comes to what a run in QEMU comes to. */
function survives(name: string, given: Given, harm: (desk: Desk) => void, note?: RegExp): void {
  boardTest(name, given, async (desk) => {
    expected ??= await inQemu(whole);
    const tier = await startOn(desk);
    harm(desk);
    assert.equal(verdictOf(await runOn(tier, whole)), expected);
    if (note !== undefined) assert.match(desk.notes.join('\n'), note);
  });
}

/** The first lines of the board's next boot, after something was wrong with the line. */
function mendAtPower(desk: Desk): void {
  desk.onProgress = (event) => {
    if (event.kind !== 'start' || event.step !== 'power') return;
    desk.line.fromBoard = pass;
    desk.line.toBoard = pass;
  };
}

survives(
  'the same seed has the same verdict and the same counts on a board as in QEMU, whatever else is printed on its line',
  {},
  (desk) => {
    const text = setInterval(() => void desk.line.inject('[ 1.0] text of nobody\r\nmore\x1b[0m'), 50);
    text.unref();
    setTimeout(() => clearInterval(text), 5_000).unref();
  },
);

const damages: [
  what: string,
  direction: 'fromBoard' | 'toBoard',
  change: (byte: number) => number | undefined,
][] = [
  ['a byte of a request is flipped', 'toBoard', (byte) => byte ^ 0x10],
  ['a byte of a request is lost', 'toBoard', () => undefined],
  ['a byte of an answer is flipped', 'fromBoard', (byte) => byte ^ 0x10],
  ['a byte of an answer is lost', 'fromBoard', () => undefined],
];
for (const [what, direction, change] of damages) {
  survives(`where ${what} it is sent again, and nothing is done twice`, {}, (desk) => {
    desk.line[direction] = damage(1_234, change);
  });
}

/** Lets so many bytes through, and nothing after them. */
function cutBehind(bytes: number): Filter {
  let left = bytes;
  return (chunk) => {
    const kept = chunk.subarray(0, left);
    left -= kept.length;
    return kept;
  };
}

survives('a board that falls silent is switched off and on, and the run goes on', {}, (desk) => {
  desk.line.fromBoard = cutBehind(1_500);
  mendAtPower(desk);
});

survives('a board that resets in the middle is brought up again, and the run goes on', {}, (desk) => {
  let seen = 0;
  desk.line.fromBoard = (bytes) => {
    seen += bytes.length;
    if (seen > 1_500 && seen - bytes.length <= 1_500) void desk.cyclePower();
    return bytes;
  };
});

survives(
  'a port that is pulled out and put back costs no more than time',
  {},
  (desk) => {
    let seen = 0;
    desk.line.fromBoard = (bytes) => {
      seen += bytes.length;
      if (seen > 1_500 && seen - bytes.length <= 1_500)
        void Promise.resolve(desk.line.unplug()).then(() => desk.line.plug());
      return bytes;
    };
  },
  /has vanished; waiting for it\n.*is back after/,
);

function assertFault(error: HarnessError, words: RegExp): void {
  assert.match(error.explain(), words);
  assert.is(error.exitCode, 3);
}

boardTest(
  'a board that never answers again is an error of the lab',
  { toml: 'tries = 1\nuboot.first_byte = 1' },
  async (desk) => {
    const tier = await startOn(desk);
    desk.line.fromBoard = cut;
    assertFault(await refusal(runOn(tier, whole)), /the board is silent\n.*\n.*not one byte/);
    assert.equal(children(), []);
  },
);

const atStart: [what: string, given: Given, filter: Filter, words: RegExp][] = [
  ['a silent board', { toml: 'tries = 1\nuboot.first_byte = 1' }, cut, /the board is silent/],
  ['a wrong baud rate', { toml: 'tries = 1', limits: { garbage: 800 } }, garble, /output is not text/],
  [
    'a prompt that does not come',
    { toml: 'tries = 1\nuboot.prompt_limit = 1' },
    cutAfter('to stop autoboot'),
    /U-Boot's prompt did not appear/,
  ],
];
for (const [what, given, filter, words] of atStart) {
  boardTest(`${what} is found out before the agent is waited for`, given, async (desk) => {
    desk.line.fromBoard = filter;
    assertFault(await refusal(startOn(desk)), words);
  });
}

boardTest('an agent of another build on the board is refused with both numbers', {}, async (desk) => {
  const error = await refusal(startOn(desk, undefined, (made.build ^ 1) >>> 0));
  assertFault(error, /does not match this harness.*expected: build [0-9a-f]+.*got: {6}build [0-9a-f]+/s);
  assert.equal(children(), []);
});

boardTest('a board whose port is held says by whom, and is left alone', {}, async (desk) => {
  const tier = await startOn(desk);
  const text = `[board.${boardName}]\nport = "${desk.line.port}"\npower.cycle = "false"\n`;
  const second = readLab(text, 'lab.toml').get(boardName);
  if (!second) throw new Error('the lab has no board');
  const options = { progress: noProgress, command: 'another', lockFolder: desk.lockFolder };
  const target = labTarget(second, options);
  const machine = () => target.start(made.image, { folder: desk.folder, binary: true });
  const error = await refusal(MachineTier.start({ machine, build: made.build, name: 'board', on: '' }));
  assertFault(error, /busy: held by PID \d+ since/);
  await tier.stop();
});

boardTest('Ctrl-C in the middle leaves no child and no lock, and the log has what came', {}, async (desk) => {
  const ctrlC = new AbortController();
  const tier = await startOn(desk, ctrlC.signal);
  let seen = 0;
  desk.line.fromBoard = (bytes) => {
    seen += bytes.length;
    if (seen > 800) ctrlC.abort();
    return bytes;
  };
  const { engine, findings } = await runOn(tier, { ...whole, signal: ctrlC.signal });
  assert.ok(engine.cases < cases);
  assert.equal(findings, []);
  assert.equal(readdirSync(desk.lockFolder), ['.keep']);
  assert.equal(children(), []);
  assert.ok(readFileSync(join(desk.folder, 'console.log')).length > 800);
});

run();
