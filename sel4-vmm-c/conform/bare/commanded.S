/* SPDX-License-Identifier: BSD-2-Clause */
/* On a bare machine the probe calls EL2 to wait for its next command. */
    .text
    .global commanded
commanded:
    hvc     #0
    mrs     x1, tpidr_el1
    b       execute
