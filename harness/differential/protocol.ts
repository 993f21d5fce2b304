// SPDX-License-Identifier: BSD-2-Clause
/**
 * What host and guest say to each other in a differential run. This is the one source: `header.ts` makes the guest's C
 * header from these tables, and a guest of another version is known by their hash.
 */

/** Kinds of frames; the frames are those of `harness/conform/link`. */
export const frameKind = {
  /** Host: who are you? */
  open: 1,
  /** Guest: the answer; unasked, with session 0, when it starts. */
  greeting: 2,
  /** Host: a program to run. */
  program: 3,
  /** Guest: what it saw. */
  log: 4,
  /** Guest: the program cannot be run; one byte of `refusals`. */
  refused: 5,
  /** Host: programs of the batch in memory to run, from one number on: two numbers. */
  batch: 6,
  /** Guest: the CRC of each one's log, 4 bytes each. */
  digests: 7,
  /** Host: one program of the batch to run, and to log as any other: its number. */
  member: 8,
} as const;

export const refusals = {
  /** The program's bytes make no sense. */
  malformed: 1,
  /** There are fewer CPUs, or one of them did not start. */
  cpus: 2,
  /** There is no batch in memory with such a program. */
  batch: 3,
} as const;

/** What a program is made of. */
export const actKind = {
  /** A few instructions with all their registers. */
  exec: 0,
  /** Another page behind a slot of the windows. */
  slot: 1,
  /** All interrupts that are pending now, taken and ended. */
  take: 2,
  /** A descriptor of the tables that `ttbr0` overrides can point to. */
  table: 3,
  /** All interrupts that are pending, taken and ended without a word. */
  drain: 4,
} as const;

/** Added to an act's kind: what it sees is in the log, but not in the digest. */
export const apartFlag = 0x80;
/** Added to an act's kind: PAR_EL1 is looked at. */
export const parFlag = 0x40;

/**
 * Many programs at once lie where the device tree says that the initrd is: magic, hash of the protocol, their number, then
 * the offset of each one and of the end; all of them 4 bytes, little-endian.
 */
export const batchMagic = 0x5046_4944;

export const execFlag = {
  /** At EL1; else at EL0. */
  el1: 1,
  /** With SP_EL1 as SP (EL1h); else with SP_EL0. */
  spX: 2,
  /** PSTATE is given: exclusive or of what it would be. */
  pstate: 4,
  /** v0 to v3 are set before and looked at afterwards. */
  simd: 8,
  /** System registers are looked at afterwards and put back. */
  sysregs: 16,
} as const;
/** The number of instructions, less one, lies from this bit on. */
export const wordsShift = 5;
export const maxWords = 7;

/** How a 64-bit value is written: symbols, as machines differ in their addresses. */
export const valueCode = {
  u8: 0,
  u16: 1,
  u32: 2,
  u64: 3,
  /** Virtual address 0 and a signed 24-bit offset: the low window, or from the top end the high one. */
  window: 4,
  /** Distributor (its virtual address to EL1) and a 16-bit offset. */
  gicd: 5,
  /** CPU interface. */
  gicc: 6,
  /** Redistributors, 32-bit offset. */
  gicr: 7,
  /** Physical address of the arena, 24-bit offset. */
  arena: 8,
  /** Virtual address of the acts' code, 16-bit offset. */
  code: 9,
  /** Physical address of the translation tables, 24-bit offset. */
  tables: 10,
  /** MPIDR affinity of a CPU (8 bits). */
  affinity: 11,
  /** Physical address of a target (8 bits). */
  target: 12,
} as const;

/** Bytes behind each code. */
export const valueBytes: Readonly<Record<keyof typeof valueCode, number>> = {
  u8: 1,
  u16: 2,
  u32: 4,
  u64: 8,
  window: 3,
  gicd: 2,
  gicc: 2,
  gicr: 4,
  arena: 3,
  code: 2,
  tables: 3,
  affinity: 1,
  target: 1,
};

/** What a page of the windows can be. 0 to 15 are the pages of the arena. */
export const target = {
  gicd: 16,
  /** The page behind it. */
  gicdNext: 17,
  gicc: 18,
  giccNext: 19,
  /** A physical address at which nothing is. */
  hole: 20,
  /** A physical address wider than the CPU has. */
  beyond: 21,
  /** The first page of the translation tables. */
  tables: 22,
} as const;

/** Registers that an act sets: 0 to 30 are x0 to x30, then these. */
export const registerId = {
  sp: 31,
  /** Exclusive or of SCTLR_EL1. */
  sctlr: 32,
  mdscr: 33,
  cpacr: 34,
  cntkctl: 35,
  ttbr0: 36,
  /** The lower half's fields of TCR_EL1. */
  tcr: 37,
  contextidr: 38,
} as const;

/** System registers that are looked at after an act with `execFlag.sysregs`. */
export const watched = [
  ...['tpidr_el0', 'contextidr_el1', 'afsr0_el1', 'afsr1_el1', 'amair_el1', 'mair_el1', 'cpacr_el1'],
  ...['csselr_el1', 'cntkctl_el1', 'mdscr_el1', 'cntv_ctl_el0', 'cntv_cval_el0', 'ttbr0_el1'],
] as const;

/** Slots: 16 at address 0, and 16 at the top end of the address space. */
export const windowSlots = 32;
export const arenaPages = 16;
/** Bytes of code for each act. */
export const codeStride = 32;
export const maxActs = 240;
/** The immediate of the BRK behind each act. */
export const endBrk = 0xd1f;

export const limits = { maxRequest: 0x4000, maxAnswer: 0x8000, changedWords: 64 } as const;
