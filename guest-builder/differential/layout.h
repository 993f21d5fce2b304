/* SPDX-License-Identifier: BSD-2-Clause */
/* Definitions shared by assembly and C: the layout of virtual memory, and the registers of an act.
 */
#pragma once

/* The upper half belongs to the guest itself: physical address PA is at HIGH_HALF + PA. The lower
 * half belongs to the programs. */
#define HIGH_HALF 0xffffff8000000000

/* SCTLR_EL1 between acts: the RES1 bits, MMU, caches, stack alignment, and DC, IC, WFI, WFE and
 * CTR_EL0 allowed at EL0.
 */
#define SCTLR_HIGH 0x34d5
#define SCTLR_LOW  0xd83d

#define MAX_CPUS 4

/* The area of each CPU: its vectors, the state that they save, its stack. */
#define AREA_SIZE    0x4000
#define AREA_CONTEXT 0x1000

#define CONTEXT_SP_EL0  248
#define CONTEXT_SP_EL1  256
#define CONTEXT_ELR     264
#define CONTEXT_SPSR    272
#define CONTEXT_ESR     280
#define CONTEXT_FAR     288
#define CONTEXT_VECTOR  296
#define CONTEXT_SCTLR   304
#define CONTEXT_HOST_SP 312
#define CONTEXT_INSIDE  320
#define CONTEXT_SIMD    328
#define CONTEXT_FAIL    336
#define CONTEXT_LOW     344
#define CONTEXT_TTBR1   352
#define CONTEXT_TCR     360
#define CONTEXT_Q       384
