/* SPDX-License-Identifier: BSD-2-Clause */
/* Beside an agent every command comes by the mailbox. */
    .text
    .global commanded
commanded:
    wfi
    b       commanded
