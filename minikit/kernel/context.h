/* SPDX-License-Identifier: BSD-2-Clause */
/* Offsets of a thread's registers, as saved by the vectors, 8 bytes each. x0 to x30 come first. */
#pragma once

#define REG_LR       30
#define REG_SP       31 /* SP_EL0 */
#define REG_PC       32 /* ELR_EL2: where the thread continues */
#define REG_SPSR     33
#define REG_FAULT_PC 34 /* the instruction that entered the kernel: a system call, a load */
#define REG_TPIDR    35
#define REG_TPIDRRO  36
#define REG_COUNT    37

/* Registers of a system call. */
#define REG_CAP   0 /* in: the capability; out: the badge */
#define REG_INFO  1 /* message tag */
#define REG_MR0   2 /* to x5 */
#define REG_REPLY 6
#define REG_CALL  7 /* number of the system call */
#define REG_FIRST 8 /* NBSendRecv: capability of the first half */
