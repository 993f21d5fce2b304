/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The interface of Microkit 2.0.1 or 2.3.0, for protection domains on minikit.
 *
 * A protection domain defines init() and notified(). If it serves calls or has children, it also
 * defines protected() and fault(). It is linked with libmicrokit.a by microkit.ld.
 */
#pragma once

/* A protection domain has one thread and no thread-local storage, so __thread is a plain global. */
#define __thread
#include <sel4/sel4.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef unsigned int microkit_channel;
typedef unsigned int microkit_child;
typedef seL4_MessageInfo_t microkit_msginfo;

/* Slots of a protection domain's capabilities. */
#define MONITOR_EP                   5 /* of a passive protection domain: ends its initialisation */
#define TCB_CAP                      6
#define ARM_SMC_CAP                  7
#define BASE_OUTPUT_NOTIFICATION_CAP 10
#define BASE_ENDPOINT_CAP            74
#define BASE_IRQ_CAP                 138
#define BASE_TCB_CAP                 202
#define BASE_VM_TCB_CAP              266
#define BASE_VCPU_CAP                330
#if CONFIG_MINIKIT_MICROKIT >= 20300
#define BASE_IOPORT_CAP 394 /* only on x86-64 */
#define BASE_USER_CAPS  458

/* The root of the capability space: slot 0 leads to the slots above, the others are for the user.
 */
#define PD_ROOT_CAP_BITS       6
#define PD_ROOT_CAP_SIZE       (1ULL << PD_ROOT_CAP_BITS)
#define MICROKIT_MAX_USER_CAPS 128
#endif

#define MICROKIT_MAX_CHANNELS   62
#define MICROKIT_MAX_CHANNEL_ID (MICROKIT_MAX_CHANNELS - 1)
#define MICROKIT_PD_NAME_LENGTH 64

/* Entry points, defined by the protection domain. */
void init(void);
void notified(microkit_channel ch);
#ifndef __cplusplus /* a keyword there: define it in a C file */
microkit_msginfo protected(microkit_channel ch, microkit_msginfo msginfo);
#endif
/* Returns true to resume the child with `*reply_msginfo` as the reply to its fault. */
seL4_Bool fault(microkit_child child, microkit_msginfo msginfo, microkit_msginfo *reply_msginfo);

/* Name of this protection domain, and its channels as bit masks. The tool sets them. */
extern char microkit_name[MICROKIT_PD_NAME_LENGTH];
extern seL4_Word microkit_irqs;
extern seL4_Word microkit_notifications;
extern seL4_Word microkit_pps;

/* The deferred call, to be made by the next system call. */
extern seL4_Bool microkit_have_signal;
extern seL4_CPtr microkit_signal_cap;
extern seL4_MessageInfo_t microkit_signal_msg;

/* Output on the debug console, except in a release configuration. Numbers are decimal. */
void microkit_dbg_putc(int c);
void microkit_dbg_puts(const char *s);
void microkit_dbg_put8(seL4_Uint8 x);
void microkit_dbg_put32(seL4_Uint32 x);

/* Prints that `function` was called for a channel that does not exist. */
void microkit_internal_no_channel(microkit_channel ch, const char *function);

LIBSEL4_INLINE_FUNC seL4_Bool microkit_internal_has_channel(seL4_Word channels, microkit_channel ch,
                                                            const char *function)
{
    if (ch <= MICROKIT_MAX_CHANNEL_ID && (channels >> ch & 1)) {
        return seL4_True;
    }
    microkit_internal_no_channel(ch, function);
    return seL4_False;
}

/* Stops this protection domain with a fault at address `err`. */
LIBSEL4_INLINE_FUNC void microkit_internal_crash(seL4_Error err)
{
    *(volatile int *)(seL4_Word)err = 0;
}

/* If `err` is not 0, prints what failed and stops this protection domain. */
LIBSEL4_INLINE_FUNC void microkit_internal_check(seL4_Error err, const char *message)
{
    if (err != seL4_NoError) {
        microkit_dbg_puts(message);
        microkit_internal_crash(err);
    }
}

LIBSEL4_INLINE_FUNC void microkit_notify(microkit_channel ch)
{
    if (microkit_internal_has_channel(microkit_notifications, ch, "microkit_notify")) {
        seL4_Signal(BASE_OUTPUT_NOTIFICATION_CAP + ch);
    }
}

LIBSEL4_INLINE_FUNC void microkit_irq_ack(microkit_channel ch)
{
    if (microkit_internal_has_channel(microkit_irqs, ch, "microkit_irq_ack")) {
        seL4_IRQHandler_Ack(BASE_IRQ_CAP + ch);
    }
}

/* As microkit_notify, but made by the system call at the end of the entry point. Only the last
 * deferred call is made. */
LIBSEL4_INLINE_FUNC void microkit_deferred_notify(microkit_channel ch)
{
    if (microkit_internal_has_channel(microkit_notifications, ch, "microkit_deferred_notify")) {
        microkit_have_signal = seL4_True;
        microkit_signal_msg = seL4_MessageInfo_new(0, 0, 0, 0);
        microkit_signal_cap = BASE_OUTPUT_NOTIFICATION_CAP + ch;
    }
}

LIBSEL4_INLINE_FUNC void microkit_deferred_irq_ack(microkit_channel ch)
{
    if (microkit_internal_has_channel(microkit_irqs, ch, "microkit_deferred_irq_ack")) {
        microkit_have_signal = seL4_True;
        microkit_signal_msg = seL4_MessageInfo_new(IRQAckIRQ, 0, 0, 0);
        microkit_signal_cap = BASE_IRQ_CAP + ch;
    }
}

/* Starts a child at `entry_point`. Its other registers are not changed. */
LIBSEL4_INLINE_FUNC void microkit_pd_restart(microkit_child pd, seL4_Word entry_point)
{
    seL4_UserContext regs;
    regs.pc = entry_point;
    microkit_internal_check(seL4_TCB_WriteRegisters(BASE_TCB_CAP + pd, seL4_True, 0, 1, &regs),
                            "microkit_pd_restart: error writing TCB registers\n");
}

LIBSEL4_INLINE_FUNC void microkit_pd_stop(microkit_child pd)
{
    microkit_internal_check(seL4_TCB_Suspend(BASE_TCB_CAP + pd),
                            "microkit_pd_stop: error writing TCB registers\n");
}

#if CONFIG_MINIKIT_MICROKIT >= 20300
/* Resumes a stopped child. */
LIBSEL4_INLINE_FUNC void microkit_pd_resume(microkit_child pd)
{
    microkit_internal_check(seL4_TCB_Resume(BASE_TCB_CAP + pd),
                            "microkit_pd_resume: error resuming TCB\n");
}

/* The capability that <cspace> of the system description puts into `slot`. minikit has none. */
LIBSEL4_INLINE_FUNC seL4_CPtr microkit_cspace_root_slot_to_cptr(seL4_Word slot)
{
    if (slot == 0 || slot >= PD_ROOT_CAP_SIZE) {
        return seL4_CapNull;
    }
    return slot << (seL4_WordBits - PD_ROOT_CAP_BITS);
}
#endif

#ifdef CONFIG_ALLOW_SMC_CALLS
/* Makes an SMC; the protection domain needs smc="true". On minikit no SMC is executed. */
LIBSEL4_INLINE_FUNC void microkit_arm_smc_call(seL4_ARM_SMCContext *args,
                                               seL4_ARM_SMCContext *response)
{
    microkit_internal_check(seL4_ARM_SMC_Call(ARM_SMC_CAP, args, response),
                            "microkit_arm_smc_call: error making SMC call\n");
}
#endif

LIBSEL4_INLINE_FUNC microkit_msginfo microkit_ppcall(microkit_channel ch, microkit_msginfo msginfo)
{
    if (!microkit_internal_has_channel(microkit_pps, ch, "microkit_ppcall")) {
        return seL4_MessageInfo_new(0, 0, 0, 0);
    }
    return seL4_Call(BASE_ENDPOINT_CAP + ch, msginfo);
}

LIBSEL4_INLINE_FUNC microkit_msginfo microkit_msginfo_new(seL4_Word label, seL4_Uint16 count)
{
    return seL4_MessageInfo_new(label, 0, 0, count);
}

LIBSEL4_INLINE_FUNC seL4_Word microkit_msginfo_get_label(microkit_msginfo msginfo)
{
    return seL4_MessageInfo_get_label(msginfo);
}

LIBSEL4_INLINE_FUNC seL4_Word microkit_msginfo_get_count(microkit_msginfo msginfo)
{
    return seL4_MessageInfo_get_length(msginfo);
}

LIBSEL4_INLINE_FUNC void microkit_mr_set(seL4_Uint8 mr, seL4_Word value)
{
    seL4_SetMR(mr, value);
}

LIBSEL4_INLINE_FUNC seL4_Word microkit_mr_get(seL4_Uint8 mr)
{
    return seL4_GetMR(mr);
}

#ifdef CONFIG_ARM_HYPERVISOR_SUPPORT
LIBSEL4_INLINE_FUNC void microkit_vcpu_restart(microkit_child vcpu, seL4_Word entry_point)
{
    seL4_UserContext regs;
    regs.pc = entry_point;
    microkit_internal_check(seL4_TCB_WriteRegisters(BASE_VM_TCB_CAP + vcpu, seL4_True, 0, 1, &regs),
                            "microkit_vcpu_restart: error writing registers\n");
}

LIBSEL4_INLINE_FUNC void microkit_vcpu_stop(microkit_child vcpu)
{
    microkit_internal_check(seL4_TCB_Suspend(BASE_VM_TCB_CAP + vcpu),
                            "microkit_vcpu_stop: error suspending TCB\n");
}

/* Loads list register `index`. priority: 0 to 31; group: 0 or 1. An error stops the caller. */
LIBSEL4_INLINE_FUNC void microkit_vcpu_arm_inject_irq(microkit_child vcpu, seL4_Uint16 irq,
                                                      seL4_Uint8 priority, seL4_Uint8 group,
                                                      seL4_Uint8 index)
{
    microkit_internal_check(
        seL4_ARM_VCPU_InjectIRQ(BASE_VCPU_CAP + vcpu, irq, priority, group, index),
        "microkit_vcpu_arm_inject_irq: error injecting IRQ\n");
}

LIBSEL4_INLINE_FUNC void microkit_vcpu_arm_ack_vppi(microkit_child vcpu, seL4_Word irq)
{
    microkit_internal_check(seL4_ARM_VCPU_AckVPPI(BASE_VCPU_CAP + vcpu, irq),
                            "microkit_vcpu_arm_ack_vppi: error acking VPPI\n");
}

/* `reg` is a seL4_VCPUReg. */
LIBSEL4_INLINE_FUNC seL4_Word microkit_vcpu_arm_read_reg(microkit_child vcpu, seL4_Word reg)
{
    seL4_ARM_VCPU_ReadRegs_t read = seL4_ARM_VCPU_ReadRegs(BASE_VCPU_CAP + vcpu, (seL4_VCPUReg)reg);
    microkit_internal_check((seL4_Error)read.error,
                            "microkit_vcpu_arm_read_reg: error reading vCPU register\n");
    return read.value;
}

LIBSEL4_INLINE_FUNC void microkit_vcpu_arm_write_reg(microkit_child vcpu, seL4_Word reg,
                                                     seL4_Word value)
{
    microkit_internal_check(seL4_ARM_VCPU_WriteRegs(BASE_VCPU_CAP + vcpu, (seL4_VCPUReg)reg, value),
                            "microkit_vcpu_arm_write_reg: error writing vCPU register\n");
}
#endif

#ifdef __cplusplus
}
#endif
