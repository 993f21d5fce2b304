/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest's interrupts. Names and results are those of the libvmm API document.
 *
 * virq_controller_init and the two that register are called from init(). virq_inject can be called
 * from init(), notified(), fault() and from every function that libvmm calls back.
 */
#pragma once

#include <microkit.h>
#include <stdbool.h>
#include <stddef.h>

/**
 * Called when the guest has acknowledged an interrupt.
 *
 * seL4 cannot read a list register back: between loading one and the guest's end of interrupt
 * nobody but the hardware knows whether the guest has acknowledged it. The first sign is the
 * maintenance interrupt at the end of interrupt (GICV_EOIR, or GICV_DIR with EOImode 1), so that is
 * when this is called: once for each time that the guest takes the interrupt, never when it is
 * merely enabled.
 */
typedef void (*virq_ack_fn_t)(size_t vcpu_id, int irq, void *cookie);

/**
 * Initialises the guest's interrupt controller, for all of its vCPUs. Comes before virq_register.
 * Again later it changes nothing: to start from nothing there is vmm_reset.
 *
 * @param cpu_id  the vCPU that boots the guest
 * @return false: no such vCPU, or vmm_config holds a value out of range
 */
bool virq_controller_init(size_t cpu_id);

/**
 * Registers an interrupt that the VMM will inject.
 *
 * @param vcpu_id   vCPU to deliver it to. For an SPI this is where GICD_ITARGETSR points at reset;
 *                  the guest may point it elsewhere.
 * @param virq_num  INTID: a PPI (16 to 31) or an SPI (from 32)
 * @param ack_fn    see virq_ack_fn_t; NULL for none
 * @param ack_data  given to ack_fn
 * @return false: before virq_controller_init, no such vCPU, an SGI (they are the guest's own) or an
 *         INTID that the distributor does not have, or registered already
 */
bool virq_register(size_t vcpu_id, size_t virq_num, virq_ack_fn_t ack_fn, void *ack_data);

/**
 * Makes a registered interrupt pending. If the guest has it pending already nothing changes; if it
 * is in a list register it becomes pending again when it ends, as nobody can know whether the guest
 * has acknowledged it yet.
 *
 * au-ts/libvmm 0.1.0 drops an interrupt for which it returns false. libvmm keeps one that the guest
 * has disabled: the caller must not inject it again.
 *
 * @return true: it is in a list register, or waits for one. false: it is not registered for this
 *         vCPU, and nothing changed; or the guest has disabled it or the forwarding of its group,
 *         and it stays pending until the guest enables it
 */
bool virq_inject(size_t vcpu_id, int irq);

/**
 * Registers a hardware interrupt that goes through to the guest under the same INTID. It is
 * acknowledged to seL4 (microkit_irq_ack) when the guest acknowledges it, and when it is discarded:
 * by GICD_ICPENDR, or because the guest starts over.
 *
 * @param irq_ch  channel of the <irq> in the system description, one interrupt a channel
 * @return false: as virq_register; or no such channel, or the channel has its interrupt already
 */
bool virq_register_passthrough(size_t vcpu_id, size_t irq, microkit_channel irq_ch);

/**
 * Injects the interrupt of a channel: call it from notified().
 *
 * @return as virq_inject; false also: the channel was not given to virq_register_passthrough
 */
bool virq_handle_passthrough(microkit_channel irq_ch);
