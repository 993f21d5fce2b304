/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The minimum cost of an exit: a VMM that only reads the operand, advances the pc and replies.
 * `npm run bench` compares libvmm with it. It boots the guest with libvmm and leaves all faults to
 * libvmm except these: writes of GICD_ICENABLER0 and GICD_SGIR, an SMC, and the two exits of the
 * virtual timer. No VMM can handle the writes and the SMC with fewer system calls: the stored value
 * and the function id are in a register, which the message of the fault does not contain. An SGI
 * also needs one call to load its list register, which Microkit combines with its next Recv. A
 * timer interrupt needs such a call, too, and at its end one to unmask it.
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
    SGIR = 0xf00,
    BENCH_SGI = 1, /* the guest sends only this one */
    EC_SHIFT = 26,
    EC_SMC64 = 0x17,
    /* These are not used by libvmm for an only interrupt. */
    TIMER_LIST_REGISTER = 1,
    SGI_LIST_REGISTER = 2
};

extern const char _guest_kernel_image[], _guest_kernel_image_end[];
extern const char _guest_dtb_image[], _guest_dtb_image_end[];

uintptr_t guest_ram_vaddr;
#if VMM_GICD_PAGE
uintptr_t guest_gicd_vaddr;
#endif

static void write_pc(size_t vcpu, seL4_Word pc, seL4_Word resume)
{
    seL4_Word count = 1, unused = 0;
    seL4_SendWithMRs(BASE_VM_TCB_CAP + vcpu, seL4_MessageInfo_new(TCBWriteRegisters, 0, 0, 3),
                     &resume, &count, &pc, &unused);
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

/* The list register is loaded with the next Recv, so the vCPU is resumed here and not by a reply.
 */
static void send_sgi(size_t vcpu)
{
    write_pc(vcpu, read_pc(vcpu) + INSTRUCTION_BYTES, 1);
    microkit_signal_cap = BASE_VCPU_CAP + vcpu;
    microkit_signal_msg = seL4_MessageInfo_new(ARMVCPUInjectIRQ, 0, 0, 1);
    microkit_have_signal = true;
    seL4_SetMR(0, BENCH_SGI | (seL4_Word)SGI_LIST_REGISTER << 32);
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
        if (microkit_mr_get(seL4_VMFault_Addr) == VMM_GICD_BASE + ICENABLER0) {
            write_pc(vcpu, read_pc(vcpu) + INSTRUCTION_BYTES, 0);
            return seL4_True;
        }
        if (microkit_mr_get(seL4_VMFault_Addr) != VMM_GICD_BASE + SGIR)
            break;
        send_sgi(vcpu);
        return seL4_False;
    case seL4_Fault_VCPUFault:
        if (microkit_mr_get(seL4_VCPUFault_HSR) >> EC_SHIFT != EC_SMC64)
            break;
        write_pc(vcpu, read_pc(vcpu) + INSTRUCTION_BYTES, 0);
        return seL4_True;
    case seL4_Fault_VPPIEvent: /* priority 0; group 0 */
        call_vcpu(vcpu, ARMVCPUInjectIRQ,
                  vmm_config.vtimer_intid | (seL4_Word)TIMER_LIST_REGISTER << 32);
        return seL4_True;
    case seL4_Fault_VGICMaintenance:
        if (microkit_mr_get(seL4_VGICMaintenance_IDX) == SGI_LIST_REGISTER)
            return seL4_True;
        if (microkit_mr_get(seL4_VGICMaintenance_IDX) != TIMER_LIST_REGISTER)
            break;
        call_vcpu(vcpu, ARMVCPUAckVPPI, vmm_config.vtimer_intid);
        return seL4_True;
    default: break;
    }
    return fault_handle(vcpu, info);
}
