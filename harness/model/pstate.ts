// SPDX-License-Identifier: BSD-2-Clause
/**
 * State of a vCPU in a step, as a number. The low four bits are PSTATE.N, Z, C and V. Above them, 0 stands for EL1h, 0x10
 * for EL1t and 0x20 for EL0t. Debug exceptions, SError, IRQ and FIQ are always masked. {@link bigEndian} can be added to
 * the state of a store.
 */

const masked = 0x3c0;
/** For each mode, PSTATE.M and the offset of the vector for exceptions to EL1 (DDI 0487, Exception vectors). */
const modes = [
  { mode: 5, vector: 0x200 },
  { mode: 4, vector: 0x000 },
  { mode: 0, vector: 0x400 },
] as const;

/** Data is big-endian: SCTLR_EL1.EE and E0E. */
export const bigEndian = 0x40;
export const lastState = bigEndian | 0x2f;
/** The last one with little-endian data. */
export const lastStateOfLoad = 0x2f;
/** The last one at EL1. */
export const lastStateOfEl1 = 0x1f;

const of = (state: number) => modes[(state >>> 4) & 3] ?? modes[0];

/** PSTATE in the format of SPSR_EL1. */
export const pstateOf = (state = 0): number => (masked | of(state).mode | ((state & 0xf) << 28)) >>> 0;

/** Offset from VBAR_EL1 of the vector of a synchronous exception. */
export const vectorOf = (state = 0): number => of(state).vector;

export const isEl0 = (state = 0): boolean => of(state).mode === 0;

export const isBigEndian = (state = 0): boolean => (state & bigEndian) !== 0;

/** Text for reports: empty for EL1h with all flags clear. */
export function describeState(state = 0): string {
  const flags = [...'NZCV'].filter((_, index) => state & (8 >>> index)).join('');
  const mode = ['', 'EL1t', 'EL0'][(state >>> 4) & 3] ?? '';
  const order = isBigEndian(state) ? 'big-endian' : '';
  const parts = [mode, flags, order].filter((word) => word !== '');
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}
