/* SPDX-License-Identifier: BSD-2-Clause */
/* The guest's images, from the paths given to the Makefile. */
#define IMAGE(name, path)                                                                          \
    .balign 4096;                                                                                  \
    .global _guest_##name##_image;                                                                 \
    _guest_##name##_image: .incbin path;                                                           \
    .global _guest_##name##_image_end;                                                             \
    _guest_##name##_image_end:

    .section .guest_images, "a", %progbits
    IMAGE(kernel, GUEST_KERNEL)
    IMAGE(dtb, GUEST_DTB)
    IMAGE(initrd, GUEST_INITRD)
