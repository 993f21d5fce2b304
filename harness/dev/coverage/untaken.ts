// SPDX-License-Identifier: BSD-2-Clause
/** Branches of libvmm that no conformance run on the host takes, and the reasons. */
export interface Untaken {
  /** Relative to the library's src/. */
  file: string;
  /** The exact condition, on one line; by default every condition of the file. */
  condition?: string;
  never?: 'true' | 'false';
  why: string;
}

const mmuOff = "the guest's MMU is off in every case on the host; fuzz and differential reach it";
const printed = "no rule concerns the library's output";

export const untaken: readonly Untaken[] = [
  { file: 'fault/stage1.c', why: mmuOff },
  { file: 'fault/stage1_permission.c', why: mmuOff },
  { file: 'fault/decode.c', why: mmuOff },
  { file: 'fault/helpers.c', why: 'helpers for VMMs, which the agent does not call' },
  { file: 'util/dump.c', why: printed },
  { file: 'util/format.c', why: printed },
  { file: 'util/printf.c', why: printed },
];
