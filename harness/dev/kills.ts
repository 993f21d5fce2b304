// SPDX-License-Identifier: BSD-2-Clause
/**
 * `npm run kills`: kills commands at random moments, by SIGKILL, SIGTERM and SIGINT, and looks for leftovers: a
 * process, a lock, half a file, a verdict of a run that had none. It shows how long the slowest took to end after
 * SIGTERM or SIGINT.
 *
 *   npm run kills -- --kills 60 --seed 1
 *   npm run kills -- --only conform
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { buildRoot, packageRoot } from '../base/paths.js';
import { killable, type Trial } from './kill-trials.js';
import { leftBehind } from './left-behind.js';

/** Milliseconds after its end in which a command's programs clean up. */
const orderlyTime = 4_000;
const signals: readonly NodeJS.Signals[] = ['SIGKILL', 'SIGKILL', 'SIGTERM', 'SIGINT'];

const { values } = parseArgs({
  options: { kills: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string' } },
});
const kills = Number(values.kills ?? 60);
const seed = Number(values.seed ?? 1);
const trials = killable.filter(({ name }) => values.only === undefined || name.includes(values.only));

let state = seed;
/** A whole number from 0 to `most`. The same seed gives the same numbers (mulberry32). */
function random(most: number): number {
  state = (state + 0x6d2b_79f5) | 0;
  let word = Math.imul(state ^ (state >>> 15), 1 | state);
  word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word;
  return ((word ^ (word >>> 14)) >>> 0) % (most + 1);
}

const pick = <T>(from: readonly T[]): T => from[random(from.length - 1)] as T;

interface End {
  code: number | null;
  signal: NodeJS.Signals | null;
}

const endOf = (child: ChildProcess): Promise<End> =>
  new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));

interface Killed {
  name: string;
  /** The leftovers. */
  found: string[];
  /** Milliseconds from SIGTERM or SIGINT to its end. */
  ending: number;
}

/** Starts one command and kills it after `ms`. */
async function killOnce(trial: Trial, ms: number, signal: NodeJS.Signals, root: string): Promise<Killed> {
  const folder = mkdtempSync(join(root, 'k'));
  const mark = `VMM_HARNESS_KILLS=${folder}`;
  mkdirSync(join(folder, 'tmp'));
  writeFileSync(join(folder, 'lab.toml'), '[board.qemu_virt_aarch64]\nvirtual = true\n');
  trial.prepare?.();
  const cli = join(packageRoot, 'dist', 'harness', 'cli', 'vmm-harness.cjs');
  const [name = '', value = ''] = mark.split('=');
  const child = spawn(process.execPath, [cli, ...trial.words(folder)], {
    cwd: folder,
    env: { ...process.env, [name]: value, TMPDIR: join(folder, 'tmp'), CI: '1' },
    stdio: 'ignore',
    detached: true,
  });
  const ended = endOf(child);
  const early = await Promise.race([ended, sleep(ms)]);
  const killed = performance.now();
  if (early === undefined) child.kill(signal);
  const end = await ended;
  const ending = early !== undefined || signal === 'SIGKILL' ? 0 : performance.now() - killed;
  await sleep(orderlyTime);
  const found = await leftBehind({ folder, mark, wasKilled: early === undefined, signal, code: end.code });
  rmSync(folder, { recursive: true, force: true });
  const wasEnded = `${signal} after ${ms} ms, ended in ${ending.toFixed(0)} ms`;
  const when = early === undefined ? wasEnded : `ended by itself, code ${end.code}`;
  console.log(
    `  ${trial.name.padEnd(14)} ${when}: ${found.length === 0 ? 'nothing left' : found.join('; ')}`,
  );
  return { name: trial.name, found, ending };
}

const root = join(buildRoot, 'kills');
rmSync(root, { recursive: true, force: true });
mkdirSync(root, { recursive: true });
const done: Killed[] = [];
for (let count = 0; count < kills; count += 1) {
  const trial = pick(trials);
  done.push(await killOnce(trial, random(trial.longest), pick(signals), root));
}
rmSync(root, { recursive: true, force: true });
const dirty = done.filter(({ found }) => found.length > 0).length;
console.log(`${kills} kills, seed ${seed}: ${dirty} left something behind`);
const [slowest] = done.sort((a, b) => b.ending - a.ending);
if (slowest !== undefined)
  console.log(`the slowest end after SIGTERM or SIGINT: ${slowest.name}, ${slowest.ending.toFixed(0)} ms`);
process.exitCode = dirty > 0 ? 1 : 0;
