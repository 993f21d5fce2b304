/* SPDX-License-Identifier: BSD-2-Clause */
/* All of libvmm's state: gic, passthroughs, guest, ranges. */
#include "fault/mmio.h"
#include "gic/gic.h"
#include "guest/vcpu.h"
#include "memory.h"

void vmm_reset(void)
{
    for (size_t i = 0; i < vmm_config.vcpus; i++)
        vcpu_off(i);
    virq_forget();
    mmio_forget();
    memset(&guest, 0, sizeof(guest));
}
