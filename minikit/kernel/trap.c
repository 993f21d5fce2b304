/* SPDX-License-Identifier: BSD-2-Clause */
/* Exception handlers, called by the vectors. Each returns the thread to continue with. */
#include "console.h"
#include "dispatch.h"
#include "fault.h"
#include "irq.h"
#include "sched.h"
#include "switch.h"
#include "syscall.h"
#include "vcpu.h"

enum {
    ESR_UNDEFINED = 0x2000000, /* class 0, a 32-bit instruction */
    PAGE_MASK = 0xfff,

    /* Fault status codes below this one set HPFAR_EL2. */
    FAULT_STATUS = 0x3f,
    FSC_PERMISSION = 0x0c,
};
#define HPFAR_FIPA  0xfffffffff0ull
#define PAR_ADDRESS 0x0000fffffffff000ull

struct thread *trap_synchronous(uint64_t esr);
struct thread *trap_interrupt(void);
struct thread *trap_serror(uint64_t esr);
_Noreturn void kernel_fault(uint64_t esr, uint64_t elr, uint64_t far);

/* The guest physical address of an abort. All addresses of a protection domain are guest physical.
 */
static uint64_t abort_address(uint64_t esr)
{
    uint64_t far = READ_SYSREG(far_el2);
    if (!vcpu_is_active()) {
        return far;
    }
    if (esr & ESR_S1PTW) {
        return (READ_SYSREG(hpfar_el2) & HPFAR_FIPA) << 8;
    }
    if ((esr & FAULT_STATUS) < FSC_PERMISSION) {
        return (READ_SYSREG(hpfar_el2) & HPFAR_FIPA) << 8 | (far & PAGE_MASK);
    }
    /* Translates through the guest's own tables. PAR_EL1, which gets the result, belongs to the
     * guest. */
    uint64_t guests_par = READ_SYSREG(par_el1);
    __asm__ volatile("at s1e1r, %0; isb" : : "r"(far) : "memory");
    uint64_t par = READ_SYSREG(par_el1);
    WRITE_SYSREG(par_el1, guests_par);
    return (par & PAR_ADDRESS) | (far & PAGE_MASK);
}

struct thread *trap_synchronous(uint64_t esr)
{
    switch (esr_class(esr)) {
    case EC_SVC64:
    case EC_HVC64:
        current->regs[REG_FAULT_PC] -= 4;
        syscall_handle();
        break;
    case EC_DATA_ABORT:
    case EC_INSTRUCTION_ABORT: fault_raise(seL4_Fault_VMFault, abort_address(esr), esr); break;
#if CONFIG_MINIKIT_MICROKIT >= 20300 && defined(CONFIG_DEBUG_BUILD)
    case EC_BRK64: fault_raise(seL4_Fault_DebugException, seL4_SoftwareBreakRequest, 0); break;
#endif
    case EC_FP:
        if (fpu_take()) {
            break;
        }
        /* fall through */
    default:
        if (esr == ESR_UNDEFINED) {
            fault_raise(seL4_Fault_UserException, 0, esr);
        } else {
            fault_raise(seL4_Fault_VCPUFault, 0, esr);
        }
    }
    return dispatch();
}

struct thread *trap_interrupt(void)
{
    irq_handle();
    return dispatch();
}

/* An asynchronous external abort. Its source is unknown. */
struct thread *trap_serror(uint64_t esr)
{
    panic("asynchronous external abort while '%s' was running (esr %x)", current->name, esr);
}

_Noreturn void kernel_fault(uint64_t esr, uint64_t elr, uint64_t far)
{
    panic("exception in the kernel (esr %x) at pc %x, address %x", esr, elr, far);
}
