// SPDX-License-Identifier: BSD-2-Clause
/**
 * The protocol between host and guest in a differential run. `header.ts` generates the guest's C header from these
 * tables. Their hash identifies a guest of another version.
 */

/** Kinds of frames. The frame format is that of `harness/conform/link`. */
export const frameKind = {
  /** Host to guest: request for a greeting. */
  open: 1,
  /** Guest to host: the answer. Also sent, with session 0, when the guest starts. */
  greeting: 2,
  /** Host to guest: a program to run. */
  program: 3,
  /** Guest to host: the log. */
  log: 4,
  /** Guest to host: the program cannot be run. One byte of `refusals`. */
  refused: 5,
  /** Host to guest: programs of the batch in memory to run. First number and count. */
  batch: 6,
  /** Guest to host: the CRC of each log, 4 bytes each. */
  digests: 7,
  /** Host to guest: one program of the batch to run, with its log as the answer. First number, and 1. */
  member: 8,
} as const;

export const refusals = {
  /** The program cannot be decoded. */
  malformed: 1,
  /** The machine has too few CPUs, or one did not start. */
  cpus: 2,
  /** No batch in memory has such a program. */
  batch: 3,
} as const;

/** Kinds of acts. */
export const actKind = {
  /** One or a few instructions with all their registers. */
  exec: 0,
  /** Maps another page at a slot of the windows. */
  slot: 1,
  /** Takes and ends all pending interrupts, and logs them. */
  take: 2,
  /** Writes a descriptor of the tables that `ttbr0` can be set to. */
  table: 3,
  /** Takes and ends all pending interrupts without logging them. */
  drain: 4,
  /** Switches a CPU on. */
  on: 5,
  /** Switches a CPU off: it calls CPU_OFF itself. */
  off: 6,
} as const;

/** Flag in an act's kind: its observation is in the log, but not in the digest. */
export const apartFlag = 0x80;
/** Flag in an act's kind: PAR_EL1 is logged. */
export const parFlag = 0x40;
/** Bit position in an act's kind of the CPU that performs it (two bits). */
export const cpuShift = 4;

/**
 * First word of a batch, which is at the address of the initrd in the device tree. The header is magic, hash of the
 * protocol, number of programs, then the offset of each program and of the end; each 4 bytes, little-endian.
 */
export const batchMagic = 0x5046_4944;

export const execFlag = {
  /** Runs at EL1, otherwise at EL0. */
  el1: 1,
  /** Uses SP_EL1 (EL1h), otherwise SP_EL0. */
  spX: 2,
  /** A value to XOR into PSTATE follows. */
  pstate: 4,
  /** v0 to v3 are set before and logged afterwards. */
  simd: 8,
  /** System registers are logged afterwards and restored. */
  sysregs: 16,
} as const;
/** Bit position of the number of instructions minus one. */
export const wordsShift = 5;
export const maxWords = 7;

/** Encodings of 64-bit values. Symbols stand for addresses, which differ between machines. */
export const valueCode = {
  u8: 0,
  u16: 1,
  u32: 2,
  u64: 3,
  /** Virtual address 0 plus a signed 24-bit offset: the low window, or the high window at the top. */
  window: 4,
  /** The distributor (its virtual address at EL1) plus a 16-bit offset. */
  gicd: 5,
  /** CPU interface. */
  gicc: 6,
  /** The redistributors plus a 32-bit offset. */
  gicr: 7,
  /** Physical address of the arena plus a 24-bit offset. */
  arena: 8,
  /** Virtual address of the acts' code plus a 16-bit offset. */
  code: 9,
  /** Physical address of the translation tables plus a 24-bit offset. */
  tables: 10,
  /** MPIDR affinity of a CPU (8 bits). */
  affinity: 11,
  /** Physical address of a target (8 bits). */
  target: 12,
  /** Virtual address of the act's own code plus a 16-bit offset. */
  here: 13,
} as const;

/** Bytes that follow each code. */
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
  here: 2,
};

/** Physical pages that a slot can map. 0 to 15 are the pages of the arena. */
export const target = {
  gicd: 16,
  /** The page after it. */
  gicdNext: 17,
  gicc: 18,
  giccNext: 19,
  /** A physical address without memory or device. */
  hole: 20,
  /** A physical address beyond the CPU's address size. */
  beyond: 21,
  /** The first page of the translation tables. */
  tables: 22,
} as const;

/** Registers that an act can set, besides x0 to x30 (0 to 30). */
export const registerId = {
  sp: 31,
  /** XORed into SCTLR_EL1. */
  sctlr: 32,
  mdscr: 33,
  cpacr: 34,
  cntkctl: 35,
  ttbr0: 36,
  /** The fields of TCR_EL1 for the lower address range. */
  tcr: 37,
  contextidr: 38,
  /** With it the act runs at its physical address, in the lower half. So it does without SCTLR_EL1.M. */
  ttbr1: 39,
  /** The fields of TCR_EL1 for the upper address range. */
  tcr1: 40,
  /** The first breakpoint and the first watchpoint. */
  dbgbvr: 41,
  dbgbcr: 42,
  dbgwvr: 43,
  dbgwcr: 44,
} as const;

/** System registers that are logged after an act with `execFlag.sysregs`. */
export const watched = [
  ...['tpidr_el0', 'contextidr_el1', 'afsr0_el1', 'afsr1_el1', 'amair_el1', 'mair_el1', 'cpacr_el1'],
  ...['csselr_el1', 'cntkctl_el1', 'mdscr_el1', 'ttbr0_el1'],
] as const;

/** Slots: 16 at address 0, and 16 at the top of the address space. */
export const windowSlots = 32;
export const arenaPages = 16;
/** Bytes of code for each act. */
export const codeStride = 32;
export const maxActs = 240;
/** The immediate of the BRK after each act. */
export const endBrk = 0xd1f;

export const limits = { maxRequest: 0x4000, maxAnswer: 0x8000, changedWords: 64 } as const;
