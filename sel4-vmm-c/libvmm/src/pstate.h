/* SPDX-License-Identifier: BSD-2-Clause */
/* PSTATE as SPSR_EL1 holds it (Arm ARM, C5.2.18). */
#pragma once

enum {
    PSTATE_M_MASK = 0x1f,
    PSTATE_M_EL1T = 0x4,
    PSTATE_M_EL1H = 0x5,
    PSTATE_M_AARCH32 = 0x10, /* AArch32, and therefore EL0, because EL1 is AArch64 */
    PSTATE_DAIF = 0xf << 6,  /* debug exceptions, SError, IRQ and FIQ masked */
    PSTATE_E = 1 << 9,       /* AArch32: big-endian data */
    PSTATE_SSBS = 1 << 12,
    PSTATE_SS = 1 << 21, /* single step of the next instruction */
    PSTATE_PAN = 1 << 22,
    PSTATE_UAO = 1 << 23,
    PSTATE_DIT = 1 << 24,
};
