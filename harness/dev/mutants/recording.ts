// SPDX-License-Identifier: BSD-2-Clause
/**
 * Cases for the host tier, recorded with the library without mutants. A mutant executes the same bytes, and the model
 * judges only the cases in which it answers otherwise.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { endsWithUs } from '../../base/children.js';
import type { Case } from '../../conform/case.js';
import { brokenBy, stepsOf } from '../../conform/engine.js';
import { learn } from '../../conform/learn.js';
import { readSeen } from '../../conform/link/events.js';
import { encodeFrame, FrameReader, frameBytes, frameKinds } from '../../conform/link/frame.js';
import { readGreeting } from '../../conform/link/greeting.js';
import { RecordReader, RecordWriter } from '../../conform/link/records.js';
import { type WireStep, writeStep } from '../../conform/link/steps.js';
import { configOf } from '../../conform/tier.js';
import { type ModelConfig, robustRules, type Seen } from '../../model/index.js';

export type Gic = 2 | 3;

/** The program's own time in seconds, which excludes waiting, after which it is in an endless loop. */
const mostSeconds = 5;
const session = 1;

export interface Recording {
  gic: Gic;
  config: ModelConfig;
  cases: readonly Case[];
  /** A file with the bytes for the program's standard input. */
  input: string;
  /** The answers on the line: to the greeting, to what is learnt, to each case. */
  answers: readonly Buffer[];
}

/** The answers of a program to the frames in a file. `died`: it did not read all of them. */
interface Output {
  answers: Buffer[];
  died: boolean;
}

/** Splits a line's bytes behind the end of each frame. */
function split(output: Buffer): Buffer[] {
  const frames: Buffer[] = [];
  let from = 0;
  for (let end = output.indexOf(frameBytes.end); end >= 0; end = output.indexOf(frameBytes.end, from)) {
    frames.push(output.subarray(from, end + 1));
    from = end + 1;
  }
  return frames;
}

async function execute(program: string, gic: Gic, input: string): Promise<Output> {
  const limited = ['-c', `ulimit -t ${mostSeconds}; exec "$0" "$1"`, program, String(gic)];
  const [command, args] = endsWithUs('sh', limited);
  const file = openSync(input, 'r');
  const child = spawn(command, args, { stdio: [file, 'pipe', 'ignore'] });
  closeSync(file);
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return { answers: split(Buffer.concat(chunks)), died: code !== 0 };
}

const frameOf = (number: number, kind: number, payload: Uint8Array): Uint8Array =>
  encodeFrame({ session, number: number & 0xffff, kind, payload });

function payloadOf(steps: readonly WireStep[]): Uint8Array {
  const writer = new RecordWriter();
  for (const step of steps) writeStep(writer, step);
  return writer.bytes();
}

/** One frame to open the session, and one for each list of steps. */
function writeInput(path: string, lists: readonly (readonly WireStep[])[]): void {
  const frames = lists.map((steps, index) => frameOf(index + 1, frameKinds.steps, payloadOf(steps)));
  writeFileSync(path, Buffer.concat([frameOf(0, frameKinds.open, new Uint8Array()), ...frames]));
}

function contentsOf(frame: Buffer | undefined): Uint8Array {
  let payload = new Uint8Array();
  const nothing = () => undefined;
  const reader = new FrameReader({
    frame: (read) => (payload = read.payload.slice()),
    damaged: nothing,
    text: nothing,
  });
  reader.push(frame ?? Buffer.alloc(0));
  return payload;
}

function seenIn(frame: Buffer | undefined): Seen[] {
  const reader = new RecordReader(contentsOf(frame));
  const count = reader.u16();
  return Array.from({ length: count }, () => readSeen(reader));
}

function greetingIn(frame: Buffer | undefined): ModelConfig {
  const greeting = readGreeting(contentsOf(frame));
  if (greeting === undefined) throw new Error('the program of the host tier does not greet');
  return configOf(greeting);
}

/** Records the cases that `make` returns for what the library implements. */
export async function record(
  program: string,
  gic: Gic,
  input: string,
  make: (config: ModelConfig) => readonly Case[],
): Promise<Recording> {
  let asked: readonly WireStep[] = [];
  writeInput(input, []);
  const greeted = await execute(program, gic, input);
  const run = async (steps: readonly WireStep[]) => {
    asked = steps;
    writeInput(input, [steps]);
    const { answers } = await execute(program, gic, input);
    return seenIn(answers[1]);
  };
  const config = await learn({ run }, greetingIn(greeted.answers[0]));
  const cases = make(config);
  writeInput(input, [asked, ...cases.map(stepsOf)]);
  const { answers, died } = await execute(program, gic, input);
  const recording = { gic, config, cases, input, answers };
  if (died || answers.length !== cases.length + 2) throw new Error('the library dies without any mutant');
  return recording;
}

const choices = 'what the library chooses to implement';

/** The rule that a mutant breaks, or {@link choices}; `undefined` when it passes. */
export async function killerOn(program: string, recording: Recording): Promise<string | undefined> {
  const { gic, config, cases, input, answers } = recording;
  const output = await execute(program, gic, input);
  const differs = (index: number): boolean =>
    !answers[index]?.equals(output.answers[index] ?? Buffer.alloc(0));
  const answered = output.answers.length - 2;
  if (differs(1) && output.answers[1] !== undefined) {
    const [, learning] = output.answers;
    const learnt = await learn({ run: async () => seenIn(learning) }, config).catch(() => undefined);
    if (JSON.stringify(learnt?.implementation) !== JSON.stringify(config.implementation)) return choices;
  }
  for (const [index, made] of cases.slice(0, Math.max(0, answered)).entries()) {
    if (!differs(index + 2)) continue;
    const ruleFor = (answer: Buffer | undefined) => brokenBy(config, made, seenIn(answer).slice(1));
    const rule = ruleFor(output.answers[index + 2]);
    if (rule === undefined) continue;
    const without = ruleFor(answers[index + 2]);
    if (without !== undefined) throw new Error(`the library breaks ${without.id} without any mutant`);
    return rule.id;
  }
  return output.died || answered < cases.length ? robustRules.alive.id : undefined;
}
