/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest alone on a board: a raw image that a boot loader enters at its first byte, at EL2. It
 * has the device tree, the guest's Image and the batch behind it, each on a page of its own. TREE,
 * IMAGE and BATCH are files; IMAGE_AT and BATCH_AT are their places, SIZE that of the whole.
 */
    .text
    .global _start
_start:
    /* The boot loader may have written this through a cache, and the guest begins without one. */
    adr     x2, _start
    ldr     x1, =SIZE
    add     x1, x1, x2
    mov     x0, x2
1:  dc      civac, x0
    add     x0, x0, #64
    cmp     x0, x1
    b.lo    1b
    dsb     sy
    ic      iallu
    dsb     sy
    isb
    adr     x0, tree                // the boot protocol of arm64 Linux: x0 is the tree, x1 to x3 are 0
    mov     x1, xzr
    mov     x2, xzr
    mov     x3, xzr
    b       image
    .ltorg
    .balign 0x1000
tree:
    .incbin TREE
    .org    IMAGE_AT
image:
    .incbin IMAGE
    .org    BATCH_AT
    .incbin BATCH
    .balign 16
