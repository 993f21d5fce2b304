// SPDX-License-Identifier: BSD-2-Clause
/** Programs that run in one boot of both machines. */
import type { Progress } from '../base/progress.js';
import { giveTurn } from '../base/turn.js';
import { encodeBatch } from './batch.js';
import type { Start } from './machine.js';
import type { Machines } from './machines.js';
import { encodeProgram, type Program } from './program.js';

export interface Numbered {
  number: number;
  /** Its number in the batch, if it is in memory. */
  place: number | undefined;
}

export interface Part {
  programs: Numbered[];
  machines: { bare: Start; vmm: Start };
}

export interface PartRequest {
  /** From the first number up to, and without, the end. */
  numbers: { from: number; end: number };
  program: (number: number) => Program;
  /** Whether the machines have the programs in their memory. */
  inMemory: boolean;
  /** Whether the run still wants programs. */
  goesOn: () => boolean;
  machines: Machines;
  progress: Progress;
  signal: AbortSignal;
}

/** Makes the programs of a part, and machines for them. */
export async function preparePart(request: PartRequest): Promise<Part> {
  const { numbers, program, inMemory, goesOn, machines, progress, signal } = request;
  const programs: Numbered[] = [];
  const encoded: Uint8Array[] = [];
  for (let number = numbers.from; number < numbers.end && goesOn(); number += 1) {
    await giveTurn(signal);
    programs.push({ number, place: inMemory ? number - numbers.from : undefined });
    if (inMemory) encoded.push(encodeProgram(program(number)));
  }
  const made = await machines.make(inMemory ? encodeBatch(encoded) : undefined, progress);
  return { programs, machines: made };
}
