/* SPDX-License-Identifier: BSD-2-Clause */
#include "images.h"
#include "report.h"

enum {
    KERNEL,
    DEVICE_TREE,
    INITRD,
    SOURCES
};

static union {
    uint8_t bytes[IMAGES_SPACE];
    uint64_t align;
} source[SOURCES];

/* patternByte in harness/model/images.ts */
static void make_pattern(uint8_t *bytes, size_t size, uint32_t seed, unsigned kind)
{
    for (size_t i = 0; i < size; i++) {
        uint8_t byte = (uint8_t)(i * 167 + seed + kind * 59 + (i >> 8));
        bytes[i] = byte == IMAGES_RAM_FILL ? 0xa5 : byte;
    }
}

static void put_little(uint8_t *at, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        at[i] = (uint8_t)(value >> i * 8);
}

static void put_big(uint8_t *at, uint32_t value)
{
    for (size_t i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> (3 - i) * 8);
}

static size_t made(uint64_t size)
{
    return size > IMAGES_SPACE ? IMAGES_SPACE : size < 64 ? 64 : (size_t)size;
}

static void make_sources(const struct step_images *step)
{
    uint8_t *kernel = source[KERNEL].bytes;
    make_pattern(kernel, made(step->kernel_size), step->seed, KERNEL);
    put_little(kernel + 8, step->text_offset, 8);
    put_little(kernel + 16, step->image_size, 8);
    put_little(kernel + 24, step->flags, 8);
    put_little(kernel + 56, step->kernel_magic, 4);
    uint8_t *dtb = source[DEVICE_TREE].bytes;
    make_pattern(dtb, made(step->dtb_size), step->seed, DEVICE_TREE);
    put_big(dtb, step->dtb_magic);
    put_big(dtb + 4, step->dtb_total);
    make_pattern(source[INITRD].bytes, made(step->initrd_size), step->seed, INITRD);
}

static const uint64_t fill_word = UINT64_C(0x0101010101010101) * IMAGES_RAM_FILL;

/* The first byte from `at` on that differs from the fill. */
static size_t next_written(const uint8_t *ram, size_t at, size_t size)
{
    while (at < size) {
        if (at % 8 == 0 && size - at >= 8 && *(const uint64_t *)(ram + at) == fill_word)
            at += 8;
        else if (ram[at] == IMAGES_RAM_FILL)
            at++;
        else
            break;
    }
    return at;
}

static void report_extent(const uint8_t *ram, size_t start, size_t end)
{
    uint32_t digest = 0x811c9dc5; /* FNV-1a */
    for (size_t i = start; i < end; i++)
        digest = (digest ^ ram[i]) * 0x01000193;
    struct event_written event = {EVENT_WRITTEN, (uint32_t)start, (uint32_t)(end - start), digest};
    report(&event, sizeof(event));
}

static void report_written(const uint8_t *ram, size_t size)
{
    size_t start = next_written(ram, 0, size);
    while (start < size) {
        size_t end = start + 1;
        size_t next = next_written(ram, end, size);
        while (next < size && next - end < IMAGES_EXTENT_GAP) {
            end = next + 1;
            next = next_written(ram, end, size);
        }
        report_extent(ram, start, end);
        start = next;
    }
}

uint64_t images_step(const struct step_images *step, void *ram, size_t ram_size)
{
    make_sources(step);
    uint64_t *words = ram;
    for (size_t i = 0; i < ram_size / sizeof(*words); i++)
        words[i] = fill_word;
    uint64_t result =
        subject_setup_images(step, (uintptr_t)source[KERNEL].bytes,
                             (uintptr_t)source[DEVICE_TREE].bytes, (uintptr_t)source[INITRD].bytes);
    report_written(ram, ram_size);
    return result;
}
