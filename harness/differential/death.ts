// SPDX-License-Identifier: BSD-2-Clause
/** A machine whose guest falls silent or starts again in the middle of a program. */
import type { HarnessError } from '../base/error.js';
import { GuestRestarted, GuestSilent } from './line.js';
import type { Side } from './pair.js';
import { encodeProgram, type Program } from './program.js';

/** Returns an error that is the guest's death or silence. Throws any other. */
export function asDeath(error: unknown): HarnessError {
  if (error instanceof GuestSilent || error instanceof GuestRestarted) return error;
  throw error;
}

/** Whether a program kills a machine. A dead machine is switched off. */
export async function kills(side: Side, program: Program): Promise<boolean> {
  const dead = await side.run(encodeProgram(program)).then(
    () => false,
    (error) => asDeath(error) !== undefined,
  );
  if (dead) await side.down();
  return dead;
}

/** The shortest start of a program that kills a machine; only its last act, if that is enough. */
export async function shortestDeath(side: Side, program: Program): Promise<Program> {
  let lives = 0;
  let dies = program.acts.length;
  while (dies - lives > 1) {
    const middle = (lives + dies) >> 1;
    if (await kills(side, { ...program, acts: program.acts.slice(0, middle) })) dies = middle;
    else lives = middle;
  }
  const last = { ...program, slots: [], acts: program.acts.slice(dies - 1, dies) };
  if (await kills(side, last)) return last;
  const alone = { ...program, acts: last.acts };
  return (await kills(side, alone)) ? alone : { ...program, acts: program.acts.slice(0, dies) };
}
