// SPDX-License-Identifier: BSD-2-Clause
/**
 * The tests of this folder as judges of generated mutants (harness/dev/mutants), in one process for all of them.
 *
 * Its argument is a folder for its own files. Each line on standard input is a folder with the objects of libvmm. The
 * first is the library without mutants: every test runs, and its questions are kept. For each further one, the questions
 * are put to a program with these objects, and the tests to which it answers otherwise run again. The answer to a line is
 * a line of JSON: the first test that fails, if any.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type CollectedTest, collectTests } from '../../support/test.js';
import { answerBy, askProgram, compileOwn, linkWith } from './subject.js';

/** Of no use here: the code that they test is not mutated. */
const beside: readonly string[] = ['library', 'printf', 'unpack'];
const endOfScript = '.';
const mostOutput = 1 << 28;

interface Question {
  lines: readonly string[];
  answers: readonly string[];
}
interface Judge extends CollectedTest {
  file: string;
  asked: Question[];
}

const here = dirname(fileURLToPath(import.meta.url));
const folder = process.argv[2] ?? '';
const program = join(folder, 'subject');
const scripts = join(folder, 'scripts');

/** Runs every test of the folder against the program, and keeps its questions. */
async function collect(): Promise<Judge[]> {
  const judges: Judge[] = [];
  const tests = collectTests();
  const files = readdirSync(here).filter((name) => name.endsWith('.test.js'));
  for (const name of files.sort()) {
    const file = basename(name, '.test.js');
    if (beside.includes(file)) continue;
    const before = tests.length;
    await import(join(here, name));
    for (const test of tests.slice(before)) judges.push({ ...test, file, asked: [] });
  }
  for (const judge of judges) {
    answerBy((lines) => {
      const answers = askProgram(lines, program);
      judge.asked.push({ lines, answers });
      return answers;
    });
    await judge.body();
  }
  return judges.filter(({ asked }) => asked.length > 0);
}

/** The output of the program for each question, in order. */
function answersToAll(): string[][] {
  const input = openSync(scripts, 'r');
  const { stdout } = spawnSync(program, ['scripts'], {
    stdio: [input, 'pipe', 'ignore'],
    maxBuffer: mostOutput,
  });
  closeSync(input);
  const all: string[][] = [[]];
  for (const line of stdout.toString().split('\n')) {
    if (line === endOfScript) all.push([]);
    else all.at(-1)?.push(line);
  }
  return all;
}

const same = (one: readonly string[], other: readonly string[] = []): boolean =>
  one.length === other.length && one.every((line, index) => line === other[index]);

/** Runs a test with these answers to its questions. Returns whether it fails. */
async function fails({ body, asked }: Judge, answers: readonly (string[] | undefined)[]): Promise<boolean> {
  let next = 0;
  answerBy((lines) => {
    const place = next++;
    if (!same(lines, asked[place]?.lines)) return askProgram(lines, program);
    const given = answers[place] ?? [];
    if (given.length < lines.length) throw new Error('the program has died');
    return given;
  });
  try {
    await body();
    return false;
  } catch {
    return true;
  }
}

async function judge(judges: readonly Judge[]): Promise<string | undefined> {
  const all = answersToAll();
  let first = 0;
  for (const one of judges) {
    const own = one.asked.map((_, index) => all[first + index]);
    first += one.asked.length;
    if (one.asked.every(({ answers }, index) => same(answers, own[index]))) continue;
    if (await fails(one, own)) return `unit/libvmm/${one.file}: ${one.name}`;
  }
  return undefined;
}

let judges: readonly Judge[] | undefined;
mkdirSync(folder, { recursive: true });
compileOwn(folder);
for await (const objects of createInterface(process.stdin)) {
  linkWith(folder, objects, program);
  if (judges === undefined) {
    judges = await collect();
    const lines = judges.flatMap(({ asked }) => asked.flatMap((one) => [...one.lines, endOfScript]));
    writeFileSync(scripts, `${lines.join('\n')}\n`);
  }
  const by = await judge(judges);
  console.log(JSON.stringify(by === undefined ? {} : { by }));
}
