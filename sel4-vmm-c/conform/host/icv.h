/* SPDX-License-Identifier: BSD-2-Clause */
/* Encodings of the system registers of the CPU interface: op0:op1:CRn:CRm:op2, as in MRS and MSR.
 */
#pragma once

#define SYSTEM_REGISTER(crn, crm, op2) (3 << 14 | (crn) << 7 | (crm) << 3 | (op2))

enum {
    ICC_PMR = SYSTEM_REGISTER(4, 6, 0),
    ICC_IAR0 = SYSTEM_REGISTER(12, 8, 0),
    ICC_EOIR0 = SYSTEM_REGISTER(12, 8, 1),
    ICC_HPPIR0 = SYSTEM_REGISTER(12, 8, 2),
    ICC_BPR0 = SYSTEM_REGISTER(12, 8, 3),
    ICC_AP0R0 = SYSTEM_REGISTER(12, 8, 4),
    ICC_AP1R0 = SYSTEM_REGISTER(12, 9, 0),
    ICC_DIR = SYSTEM_REGISTER(12, 11, 1),
    ICC_RPR = SYSTEM_REGISTER(12, 11, 3),
    ICC_IAR1 = SYSTEM_REGISTER(12, 12, 0),
    ICC_EOIR1 = SYSTEM_REGISTER(12, 12, 1),
    ICC_HPPIR1 = SYSTEM_REGISTER(12, 12, 2),
    ICC_BPR1 = SYSTEM_REGISTER(12, 12, 3),
    ICC_CTLR = SYSTEM_REGISTER(12, 12, 4),
    ICC_SRE = SYSTEM_REGISTER(12, 12, 5),
    ICC_IGRPEN0 = SYSTEM_REGISTER(12, 12, 6),
    ICC_IGRPEN1 = SYSTEM_REGISTER(12, 12, 7)
};
