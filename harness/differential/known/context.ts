// SPDX-License-Identifier: BSD-2-Clause
/** What a known difference is judged by, and questions about it that several entries ask. */
import type { Difference } from '../difference.js';
import type { Seen } from '../log.js';
import { isEmulated, pagesOf } from '../pages.js';
import type { Access, Exec, Program } from '../program.js';

export interface Context {
  difference: Difference;
  bare: Seen;
  vmm: Seen;
  program: Program;
}

export interface Known {
  id: string;
  why: string;
  source: string;
  /** The rest of the program cannot be compared after it. */
  ends?: boolean;
  explains: (context: Context) => boolean;
}

export const external = 0x10;
export const undefinedInstruction = 0x00;
export const pcAlignment = 0x22;
export const steps: readonly number[] = [0x32, 0x33];

/** Exception class of the exception that ended an act. */
export const classOf = (seen: Seen): number => Number(seen.get('ESR') ?? 0n) >>> 26;
export const endsAtBrk = (seen: Seen): boolean => classOf(seen) === 0x3c;
export const isJump = ({ text }: Exec): boolean => /^(br|blr|ret) /.test(text[0] ?? '');
export const isExclusive = ({ text }: Exec): boolean => text.some((line) => /^(ld|st)a?l?x/.test(line));

/** Fault status of the abort that ended an act; `undefined` when no abort ended it. */
export function abortOf(seen: Seen): number | undefined {
  const esr = Number(seen.get('ESR') ?? 0n);
  return [0x20, 0x21, 0x24, 0x25].includes(classOf(seen)) ? esr & 0x3f : undefined;
}

/** The act, if it is a load or store that touches an emulated page. */
export function emulatedAccess({
  difference: { act, place },
  program,
}: Context): (Exec & { access: Access }) | undefined {
  if (act?.kind !== 'exec' || act.access === undefined) return undefined;
  const { access } = act;
  const touches = pagesOf(program, place, access).some((page) => page !== undefined && isEmulated(page));
  return touches ? { ...act, access } : undefined;
}
