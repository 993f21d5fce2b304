/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The minimum cost of an exit: a VMM that only reads the operand, advances the pc and replies.
 * `npm run bench` compares libvmm with it. It boots the guest with libvmm and leaves all faults to
 * libvmm except these: a write of GICD_ICENABLER0, an SMC, and the two exits of the virtual timer.
 * No VMM can handle the first two with fewer system calls: the stored value and the function id are
 * in a register, which the message of the fault does not contain. A timer interrupt needs one call
 * to load its list register, and at its end one to unmask it.
 */
#include <libvmm/arch/aarch64/fault.h>
#include <libvmm/arch/aarch64/linux.h>
#include <libvmm/guest.h>
#include <libvmm/virq.h>
#include <libvmm/vmm.h>
#include <microkit.h>
#include <vmm_config.h>

enum {
    BOOT_VCPU = 0,
    INSTRUCTION_BYTES = 4,
    ICENABLER0 = 0x180,
    EC_SHIFT = 26,
    EC_SMC64 = 0x17,
    TIMER_LIST_REGISTER = 1 /* one that libvmm does not use for an only interrupt */
};

extern const char _guest_kernel_image[], _guest_kernel_image_end[];
extern const char _guest_dtb_image[], _guest_dtb_image_end[];

uintptr_t guest_ram_vaddr;
#if VMM_GICD_PAGE
uintptr_t guest_gicd_vaddr;
#endif

static void write_pc(size_t vcpu, seL4_Word pc)
{
    seL4_Word suspend = 0, count = 1, unused = 0;
    seL4_SendWithMRs(BASE_VM_TCB_CAP + vcpu, seL4_MessageInfo_new(TCBWriteRegisters, 0, 0, 3),
                     &suspend, &count, &pc, &unused);
}

/* Also reads x0, because four words cost as much as one. */
static seL4_Word read_pc(size_t vcpu)
{
    seL4_Word pc = 0, count = 4, unused[2];
    seL4_CallWithMRs(BASE_VM_TCB_CAP + vcpu, seL4_MessageInfo_new(TCBReadRegisters, 0, 0, 2), &pc,
                     &count, &unused[0], &unused[1]);
    return pc;
}

static void call_vcpu(size_t vcpu, seL4_Word label, seL4_Word argument)
{
    seL4_Word unused = 0;
    seL4_SendWithMRs(BASE_VCPU_CAP + vcpu, seL4_MessageInfo_new(label, 0, 0, 1), &argument, &unused,
                     &unused, &unused);
}

void init(void)
{
    vmm_config.ram_vaddr = guest_ram_vaddr;
#if VMM_GICD_PAGE
    vmm_config.gicd_page = guest_gicd_vaddr;
#endif
    uintptr_t entry = linux_setup_images(
        guest_ram_vaddr, (uintptr_t)_guest_kernel_image,
        (size_t)(_guest_kernel_image_end - _guest_kernel_image), (uintptr_t)_guest_dtb_image,
        VMM_GUEST_DTB_IPA, (size_t)(_guest_dtb_image_end - _guest_dtb_image), 0, 0, 0);
    if (entry == (uintptr_t)-1 || !virq_controller_init(BOOT_VCPU) ||
        !guest_start(BOOT_VCPU, entry, VMM_GUEST_DTB_IPA, 0))
        microkit_dbg_puts("floor|ERROR: the guest cannot be started\n");
}

void notified(microkit_channel channel)
{
    (void)channel;
}

seL4_Bool fault(microkit_child vcpu, microkit_msginfo info, microkit_msginfo *reply)
{
    *reply = microkit_msginfo_new(0, 0);
    switch (microkit_msginfo_get_label(info)) {
    case seL4_Fault_VMFault:
        if (microkit_mr_get(seL4_VMFault_Addr) != VMM_GICD_BASE + ICENABLER0)
            break;
        write_pc(vcpu, read_pc(vcpu) + INSTRUCTION_BYTES);
        return seL4_True;
    case seL4_Fault_VCPUFault:
        if (microkit_mr_get(seL4_VCPUFault_HSR) >> EC_SHIFT != EC_SMC64)
            break;
        write_pc(vcpu, read_pc(vcpu) + INSTRUCTION_BYTES);
        return seL4_True;
    case seL4_Fault_VPPIEvent: /* priority 0; group 0 */
        call_vcpu(vcpu, ARMVCPUInjectIRQ,
                  vmm_config.vtimer_intid | (seL4_Word)TIMER_LIST_REGISTER << 32);
        return seL4_True;
    case seL4_Fault_VGICMaintenance:
        if (microkit_mr_get(seL4_VGICMaintenance_IDX) != TIMER_LIST_REGISTER)
            break;
        call_vcpu(vcpu, ARMVCPUAckVPPI, vmm_config.vtimer_intid);
        return seL4_True;
    default: break;
    }
    return fault_handle(vcpu, info);
}
