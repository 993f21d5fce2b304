/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Resets all state of libvmm: gic, passthroughs, guest, ranges. State in hardware is reset too:
 * hardware interrupts that are masked for the guest are acknowledged, and the CPU interface of a
 * vCPU that has run is cleaned before it runs again.
 */
#include "fault/mmio.h"
#include "gic/gic.h"
#include "guest/vcpu.h"
#include "memory.h"

void vmm_reset(void)
{
    for (size_t i = 0; i < vmm_config.vcpus; i++)
        vcpu_off(i);
    guest_remove_reset_program();
    gic_reset();
    virq_forget();
    mmio_forget();
    struct guest before = guest;
    memset(&guest, 0, sizeof(guest));
    for (size_t i = 0; i < VMM_MAX_VCPUS; i++)
        guest.vcpu[i].is_used = before.vcpu[i].is_used;
}
