/* SPDX-License-Identifier: BSD-2-Clause */
/* Every form of access to the pages of the GIC, and to addresses without a device. */
#include "forms.h"
#include "gic.h"
#include "guest_board.h"
#include "mmu.h"
#include "phases.h"
#include "registers.h"
#include "survive.h"

/** 1 tries everything, which takes minutes. With an odd number every form meets every alignment. */
#ifndef HOSTILE_SHARE
#define HOSTILE_SHARE 1u
#endif

#define PAGE 0x1000u
/** How far around a page's edge every form is tried at every byte. */
#define EDGE 20u
/** IPRIORITYR of the first SPIs, which can be accessed by bytes and words (IHI 0048B, 4.3.11). */
#define FIRST_SPI_PRIORITIES GICD_IPRIORITYR(8)
#define PRIORITIES           0xf0d0b090u

/** Every form at `address`, or one in HOSTILE_SHARE of them: a different one at the next address.
 */
static void try_forms(uintptr_t address)
{
    for (const struct form *form = forms + address % HOSTILE_SHARE; form < forms_end;
         form += HOSTILE_SHARE) {
        counters.tried++;
        form->run(address, wild());
    }
}

static uint64_t extended(const struct form *form, uint64_t bytes)
{
    unsigned unused = 64 - 8 * form->size;

    if (form->flags & FORM_SIGNED_64) {
        return (uint64_t)((int64_t)(bytes << unused) >> unused);
    }
    if (form->flags & FORM_SIGNED_32) {
        return (uint32_t)((int64_t)(bytes << unused) >> unused);
    }
    return bytes << unused >> unused;
}

/** Compares the result of `form` at an address that contains `bytes` with the expected result. */
static void check_form(const struct form *form, uintptr_t address, uint64_t bytes)
{
    struct access_result result;

    counters.tried++;
    faulted = false;
    result = form->run(address, PRIORITIES);
    if (faulted) {
        report_wrong(form->name, address, 1, 0);
        return;
    }
    if ((form->flags & FORM_LOAD) && result.value != extended(form, bytes)) {
        report_wrong(form->name, address, result.value, extended(form, bytes));
    }
    if (result.base != address + form->write_back) {
        report_wrong(form->name, address, result.base, address + form->write_back);
    }
}

/** Accesses bytes and words of a register by every form: extension, write-back, no fault. */
void try_values(void)
{
    phase_begin();
    write32(FIRST_SPI_PRIORITIES, PRIORITIES);
    write32(FIRST_SPI_PRIORITIES + 4, PRIORITIES);
    for (const struct form *form = forms; form < forms_end; form++) {
        bool suitable =
            (form->size == 1 || form->size == 4) && !(form->flags & (FORM_EXCLUSIVE | FORM_VECTOR));

        for (unsigned offset = 0; suitable && offset < 4; offset += form->size) {
            uint32_t word;

            write32(FIRST_SPI_PRIORITIES, PRIORITIES);
            word = read32(FIRST_SPI_PRIORITIES);
            check_form(form, FIRST_SPI_PRIORITIES + offset, word >> (8 * offset));
        }
    }
    phase_end("values");
}

/** Words of a range, then every form around the edges of its pages. */
static void try_range(uintptr_t base, uintptr_t size)
{
    for (uintptr_t at = base; at < base + size; at += HOSTILE_SHARE * sizeof(uint32_t)) {
        counters.tried += 2;
        write32(at, (uint32_t)wild());
        read32(at);
    }
    for (uintptr_t page = base; page < base + size; page += PAGE) {
        for (uintptr_t at = page - EDGE; at < page + EDGE; at++) {
            try_forms(at + NORMAL_ALIAS);
        }
        try_forms(page + PAGE - EDGE);
        try_forms(page + PAGE - sizeof(uint32_t));
    }
}

void try_distributor(void)
{
    phase_begin();
    for (uintptr_t offset = 0; offset < PAGE; offset++) {
        try_forms(GUEST_GICD_BASE + NORMAL_ALIAS + offset);
        if (offset % sizeof(uint64_t) == 0) {
            try_forms(GUEST_GICD_BASE + offset);
        }
    }
    phase_end("distributor registers");

    phase_begin();
    try_range(GUEST_GICD_BASE + PAGE, GUEST_GIC_FRAME_SIZE - PAGE);
    phase_end("rest of the distributor's frame");
}

#if GUEST_GIC_VERSION == 2
void try_cpu_interface(void)
{
    phase_begin();
    for (uintptr_t offset = 0; offset < PAGE; offset += sizeof(uint32_t)) {
        try_forms(GUEST_GICC_BASE + offset);
        try_forms(GUEST_GICC_BASE + NORMAL_ALIAS + offset + 1);
    }
    phase_end("CPU interface");

    phase_begin();
    try_range(GUEST_GICC_BASE + PAGE, GUEST_GIC_FRAME_SIZE - PAGE);
    phase_end("rest of the CPU interface's frame");
}
#else
/** RD_base and SGI_base. The registers of each are in its first page and at the end of its last. */
static void try_redistributor_frame(uintptr_t base, const char *registers, const char *rest)
{
    phase_begin();
    for (uintptr_t offset = 0; offset < PAGE; offset++) {
        try_forms(base + NORMAL_ALIAS + offset);
        if (offset % sizeof(uint64_t) == 0) {
            try_forms(base + offset);
        }
    }
    phase_end(registers);

    phase_begin();
    try_range(base + PAGE, GICR_SGI_BASE - GUEST_GICR_BASE - PAGE);
    phase_end(rest);
}

/** The CPU interface is in system registers: system.c. */
void try_cpu_interface(void)
{
    try_redistributor_frame(GUEST_GICR_BASE, "RD_base", "rest of RD_base's frame");
    try_redistributor_frame(GICR_SGI_BASE, "SGI_base", "rest of SGI_base's frame");
}
#endif

void try_unmapped(void)
{
    static const uintptr_t places[] = {
        0,
        PAGE - 4,
        GUEST_UART_BASE + PAGE,
        GUEST_UART_BASE - 8,
        GUEST_GICD_BASE - 4,
        GUEST_BEYOND_GIC,
        GUEST_RAM_BASE - 8,
        GUEST_RAM_BASE - 1,
        GUEST_RAM_BASE + GUEST_RAM_SIZE - 1,
        GUEST_RAM_BASE + GUEST_RAM_SIZE,
        GUEST_RAM_BASE + GUEST_RAM_SIZE + 0x10000000,
        4 * GIB - 4,
        4 * GIB,
        255 * GIB,
        511 * GIB + 0x3ffff000,
        512 * GIB - 1,
        512 * GIB,
        ~(uintptr_t)0 - 7,
    };

    phase_begin();
    for (unsigned n = 0; n < sizeof(places) / sizeof(places[0]); n++) {
        for (unsigned offset = 0; offset < sizeof(uint64_t); offset++) {
            try_forms(places[n] + offset);
        }
    }
    phase_end("unmapped addresses");
}
