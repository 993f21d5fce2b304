/* SPDX-License-Identifier: BSD-2-Clause */
/* On a bare machine the probe waits for its next command at EL2. */
    .text
    .global commanded
commanded:
    hvc     #0
    mrs     x1, tpidr_el1
    b       execute
