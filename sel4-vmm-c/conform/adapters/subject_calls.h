/* SPDX-License-Identifier: BSD-2-Clause */
/* Parts of an adapter that are the same in every dialect. Only adapters include it. */
#pragma once

#include "report.h"
#include "subject.h"
#include <libvmm/arch/aarch64/fault.h>

/** The ack function of every registration. Its data is the cookie. */
static inline void report_ack(size_t vcpu_id, int irq, void *cookie)
{
    struct event_ack event = {EVENT_ACK, (uint32_t)vcpu_id, irq, (uint32_t)(uintptr_t)cookie};
    report(&event, sizeof(event));
}

/** The handler of every emulated range. Its data is the id of the range. */
static inline bool emulate_range(size_t vcpu_id, size_t offset, size_t fsr, seL4_UserContext *regs,
                                 void *data)
{
    enum {
        SAS_SHIFT = 22
    };
    bool write = fault_is_write(fsr);
    struct event_handler event = {EVENT_HANDLER, (uint8_t)(uintptr_t)data, (uint8_t)vcpu_id, offset,
                                  write};
    report(&event, sizeof(event));
    if (write)
        return true;
    unsigned bytes = 1u << (fsr >> SAS_SHIFT & 3);
    uint64_t value = handler_answer(offset);
    if (bytes < 8)
        value = (value & ((UINT64_C(1) << bytes * 8) - 1)) << (offset & 3) * 8;
    fault_emulate_write(regs, offset, fsr, value);
    return true;
}

bool subject_register_handler(uint64_t base, uint64_t size, uint8_t id)
{
    return fault_register_vm_exception_handler(base, size, emulate_range, (void *)(uintptr_t)id);
}

bool subject_fault(size_t vcpu, microkit_msginfo info)
{
    return fault_handle(vcpu, info);
}
