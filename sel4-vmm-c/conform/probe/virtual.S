/* SPDX-License-Identifier: BSD-2-Clause */
/* On a VMM, every command arrives in the mailbox. */
    .text
    .global commanded
commanded:
    wfi
    b       commanded
