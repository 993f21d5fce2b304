/* SPDX-License-Identifier: BSD-2-Clause */
#include <libvmm/arch/aarch64/linux.h>

#include "cpu.h"
#include "memory.h"
#include <libvmm/vmm.h>
#include <stdbool.h>

/* Documentation/arch/arm64/booting.rst of Linux, "Call the kernel image". Little-endian. */
struct image_header {
    uint32_t code[2];
    uint64_t text_offset;
    uint64_t image_size; /* of the kernel in memory, BSS included; 0 before Linux 3.17 */
    uint64_t flags;
    uint64_t reserved[3];
    uint32_t magic;
    uint32_t pe_header;
};

/* Devicetree Specification 5.2. Big-endian. */
struct dtb_header {
    uint32_t magic;
    uint32_t totalsize;
    uint32_t rest[8];
};

enum {
    IMAGE_MAGIC = 0x644d5241, /* "ARM\x64" */
    IMAGE_BIG_ENDIAN = 1 << 0,
    IMAGE_OLD_TEXT_OFFSET = 0x80000, /* if image_size is 0 */
    IMAGE_ALIGNMENT = 0x200000,
    INSTRUCTION_ALIGNMENT = 4,

    DTB_ALIGNMENT = 8,
    DTB_MAX_SIZE = 0x200000
};

static const uint32_t dtb_magic = 0xd00dfeed;
static const uintptr_t refused = (uintptr_t)-1;

/* An image: source, guest physical destination, size, and the space that it needs there. */
struct image {
    uintptr_t source;
    uint64_t ipa;
    uint64_t size;
    uint64_t room; /* at least size */
};

static uint64_t max(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static bool inside_ram(const struct image *image)
{
    return image->ipa >= vmm_config.ram_ipa && image->room <= vmm_config.ram_size &&
           image->ipa - vmm_config.ram_ipa <= vmm_config.ram_size - image->room;
}

/* Both are inside RAM, so no sum wraps. */
static bool disjoint(const struct image *a, const struct image *b)
{
    return a->ipa + a->room <= b->ipa || b->ipa + b->room <= a->ipa;
}

/* Sets destination and space of `kernel` from its header. */
static bool check_kernel(struct image *kernel)
{
    struct image_header header;
    if (kernel->source == 0 || kernel->size < sizeof(header))
        return false;
    memcpy(&header, (const void *)kernel->source, sizeof(header));
    if (header.magic != IMAGE_MAGIC || header.flags & IMAGE_BIG_ENDIAN)
        return false;
    uint64_t text_offset = header.image_size ? header.text_offset : IMAGE_OLD_TEXT_OFFSET;
    uint64_t skipped = -vmm_config.ram_ipa % IMAGE_ALIGNMENT; /* up to the first boundary */
    if (text_offset % INSTRUCTION_ALIGNMENT != 0 || text_offset >= vmm_config.ram_size)
        return false;
    kernel->ipa = vmm_config.ram_ipa + skipped + text_offset;
    kernel->room = max(header.image_size, kernel->size);
    return inside_ram(kernel);
}

static bool check_dtb(struct image *dtb)
{
    struct dtb_header header;
    if (dtb->source == 0 || dtb->size < sizeof(header) || dtb->size > DTB_MAX_SIZE)
        return false;
    memcpy(&header, (const void *)dtb->source, sizeof(header));
    uint64_t total = __builtin_bswap32(header.totalsize);
    return __builtin_bswap32(header.magic) == dtb_magic && total >= sizeof(header) &&
           total <= dtb->size && dtb->ipa % DTB_ALIGNMENT == 0 && inside_ram(dtb);
}

static void place(const struct image *image)
{
    void *to = (void *)(vmm_config.ram_vaddr + (uintptr_t)(image->ipa - vmm_config.ram_ipa));
    memmove(to, (const void *)image->source, image->size);
    cpu_clean(to, image->size);
}

uintptr_t linux_setup_images(uintptr_t ram_start, uintptr_t kernel_src, size_t kernel_size,
                             uintptr_t dtb_src, uintptr_t dtb_dest, size_t dtb_size,
                             uintptr_t initrd_src, uintptr_t initrd_dest, size_t initrd_size)
{
    struct image kernel = {.source = kernel_src, .size = kernel_size};
    struct image dtb = {dtb_src, dtb_dest, dtb_size, dtb_size};
    struct image initrd = {initrd_src, initrd_dest, initrd_size, initrd_size};
    bool has_initrd = initrd_size != 0;

    if (ram_start == 0 || (vmm_config.ram_vaddr != 0 && vmm_config.ram_vaddr != ram_start))
        return refused;
    if (!check_kernel(&kernel) || !check_dtb(&dtb) || !disjoint(&kernel, &dtb))
        return refused;
    if (has_initrd && (initrd_src == 0 || !inside_ram(&initrd) || !disjoint(&kernel, &initrd) ||
                       !disjoint(&dtb, &initrd)))
        return refused;

    vmm_config.ram_vaddr = ram_start;
    place(&kernel);
    place(&dtb);
    if (has_initrd)
        place(&initrd);
    return (uintptr_t)kernel.ipa;
}
