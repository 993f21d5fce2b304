// SPDX-License-Identifier: BSD-2-Clause
/**
 * QEMU alone: the same machine and the same kind of console, a socket, as the harness uses, but without the harness. (A
 * console on standard output goes through QEMU's multiplexer and a pipe, which makes a boot slower.)
 */

import type { Board } from '../../../boards/board.js';
import { HarnessError } from '../../base/error.js';
import { hex } from '../../base/text.js';
import { consoleFd } from '../../machine/qemu/arguments.js';
import { spawnQemu } from '../../machine/qemu/process.js';
import { qemuProgram } from '../../machine/qemu/program.js';

/** One instruction takes one nanosecond of virtual time, and no time passes in between. */
export const countInstructions = ['-icount', 'shift=0,sleep=off'];

/** A text to wait for, and what to type once it appears. */
export interface Step {
  until: string;
  send?: string;
}

export interface ByHand {
  /** Milliseconds from the start of QEMU to each step's text. */
  times: number[];
  output: string;
}

const defaultLimit = 120_000;

/** Arguments for an image made by the Microkit tool. */
export function imageArguments(board: Board, image: string): string[] {
  return ['-device', `loader,file=${image},addr=${hex(board.loadAddress)},cpu-num=0`];
}

/**
 * Starts the board's machine with these additional arguments, goes through the steps, and kills it after the last one
 * or after `limit` milliseconds.
 */
export async function runByHand(
  board: Board,
  args: readonly string[],
  steps: readonly Step[],
  limit = defaultLimit,
): Promise<ByHand> {
  const { machine = '', cpu = '', memoryMiB = 0 } = board.qemu ?? {};
  const machineArgs = [
    ...['-machine', machine, '-cpu', cpu, '-m', String(memoryMiB)],
    ...['-nodefaults', '-no-user-config', '-display', 'none'],
    ...['-chardev', `socket,id=console,fd=${consoleFd}`, '-serial', 'chardev:console'],
  ];
  const begin = performance.now();
  const { console, kill, ended } = spawnQemu(qemuProgram, [...machineArgs, ...args]);
  console.on('error', () => {});
  const late = setTimeout(kill, limit);
  const times: number[] = [];
  let output = '';
  let from = 0;
  console.setEncoding('utf8');
  for await (const chunk of console) {
    output += chunk;
    for (let step = steps[times.length]; step !== undefined; step = steps[times.length]) {
      const at = output.indexOf(step.until, from);
      if (at < 0) break;
      from = at + step.until.length;
      times.push(performance.now() - begin);
      if (step.send !== undefined) console.write(step.send);
    }
    if (times.length === steps.length) break;
  }
  clearTimeout(late);
  kill();
  const { stderr } = await ended;
  if (times.length === steps.length) return { times, output };
  throw new HarnessError('product', 'the benchmark machine did not complete its steps', {
    where: args.join(' '),
    expected: JSON.stringify(steps[times.length]?.until),
    got: output.slice(-200) || stderr || 'no output',
  });
}
