// SPDX-License-Identifier: BSD-2-Clause
/** Branches of libvmm that no conformance run on the host takes, and why. */
export interface Untaken {
  /** Below the library's src/. */
  file: string;
  /** The condition as it stands, on one line; every condition of the file when not given. */
  condition?: string;
  never?: 'true' | 'false';
  why: string;
}

const mmuOff = "the guest's MMU is off in every case on the host; fuzz and differential reach it";
const printed = 'no rule is about what the library prints';

export const untaken: readonly Untaken[] = [
  { file: 'fault/stage1.c', why: mmuOff },
  { file: 'fault/stage1_permission.c', why: mmuOff },
  { file: 'fault/decode.c', why: mmuOff },
  { file: 'fault/helpers.c', why: 'helpers for VMMs, which the agent does not call' },
  { file: 'util/dump.c', why: printed },
  { file: 'util/format.c', why: printed },
  { file: 'util/printf.c', why: printed },
];
