// SPDX-License-Identifier: BSD-2-Clause
/**
 * `npm run kills`: ends commands at random moments, by SIGKILL, SIGTERM and SIGINT, and looks for what is left: a process, a
 * lock, half a file, a result of a run that came to none.
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

/** Milliseconds after its end in which a command's programs put their files in order. */
const orderlyTime = 4_000;
const signals: readonly NodeJS.Signals[] = ['SIGKILL', 'SIGKILL', 'SIGTERM', 'SIGINT'];

const { values } = parseArgs({
  options: { kills: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string' } },
});
const kills = Number(values.kills ?? 60);
const seed = Number(values.seed ?? 1);
const trials = killable.filter(({ name }) => values.only === undefined || name.includes(values.only));

let state = seed;
/** A whole number from 0 to `most`; the same ones for the same seed (mulberry32). */
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

/** Starts one command, ends it after `ms`, and gives what it left. */
async function killOnce(trial: Trial, ms: number, signal: NodeJS.Signals, root: string): Promise<string[]> {
  const folder = mkdtempSync(join(root, 'k'));
  const mark = `VMM_HARNESS_KILLS=${folder}`;
  mkdirSync(join(folder, 'tmp'));
  writeFileSync(join(folder, 'lab.toml'), '[board.qemu_virt_aarch64]\nvirtual = true\n');
  trial.prepare?.();
  const cli = join(packageRoot, 'dist', 'harness', 'cli', 'main.js');
  const [name = '', value = ''] = mark.split('=');
  const child = spawn(process.execPath, [cli, ...trial.words(folder)], {
    cwd: folder,
    env: { ...process.env, [name]: value, TMPDIR: join(folder, 'tmp'), CI: '1' },
    stdio: 'ignore',
    detached: true,
  });
  const ended = endOf(child);
  const early = await Promise.race([ended, sleep(ms)]);
  if (early === undefined) child.kill(signal);
  const end = await ended;
  await sleep(orderlyTime);
  const found = await leftBehind({ folder, mark, wasKilled: early === undefined, signal, code: end.code });
  rmSync(folder, { recursive: true, force: true });
  const when = early === undefined ? `${signal} after ${ms} ms` : `ended by itself, code ${end.code}`;
  console.log(
    `  ${trial.name.padEnd(14)} ${when}: ${found.length === 0 ? 'nothing left' : found.join('; ')}`,
  );
  return found;
}

const root = join(buildRoot, 'kills');
rmSync(root, { recursive: true, force: true });
mkdirSync(root, { recursive: true });
let dirty = 0;
for (let count = 0; count < kills; count += 1) {
  const trial = pick(trials);
  const found = await killOnce(trial, random(trial.longest), pick(signals), root);
  if (found.length > 0) dirty += 1;
}
rmSync(root, { recursive: true, force: true });
console.log(`${kills} kills, seed ${seed}: ${dirty} left something behind`);
process.exitCode = dirty > 0 ? 1 : 0;
