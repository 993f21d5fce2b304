/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest's interrupts. Names and results are as in the libvmm API document.
 *
 * Call virq_controller_init, virq_register and virq_register_passthrough from init(). virq_inject
 * can be called from init(), notified(), fault() and from all callbacks of libvmm.
 */
#pragma once

#include <microkit.h>
#include <stdbool.h>
#include <stddef.h>

/**
 * Called when the guest has acknowledged an interrupt.
 *
 * On seL4 a list register cannot be read back. Between its load and the guest's end of interrupt
 * only the hardware knows whether the guest has acknowledged the interrupt. The first sign is the
 * maintenance interrupt at the end of interrupt (GICV_EOIR, or GICV_DIR with EOImode 1). The
 * function is called then: once each time the guest has taken the interrupt, and never because the
 * interrupt was merely enabled.
 */
typedef void (*virq_ack_fn_t)(size_t vcpu_id, int irq, void *cookie);

/**
 * Initialises the guest's interrupt controller for all of its vCPUs. Must be called before
 * virq_register. Later calls change nothing; vmm_reset resets everything.
 *
 * @param cpu_id  the vCPU that boots the guest
 * @return false: no such vCPU, or a value of vmm_config is out of range
 */
bool virq_controller_init(size_t cpu_id);

/**
 * Registers an interrupt that the VMM will inject.
 *
 * @param vcpu_id   vCPU to deliver it to. For an SPI this is the reset value of GICD_ITARGETSR,
 *                  which the guest can change.
 * @param virq_num  INTID: a PPI (16 to 31) or an SPI (from 32)
 * @param ack_fn    see virq_ack_fn_t; NULL for none
 * @param ack_data  passed to ack_fn
 * @return false: virq_controller_init was not called, no such vCPU, virq_num is an SGI (only the
 *         guest can send those) or beyond the distributor's INTIDs, or already registered
 */
bool virq_register(size_t vcpu_id, size_t virq_num, virq_ack_fn_t ack_fn, void *ack_data);

/**
 * Makes a registered interrupt pending. An interrupt that is already pending in the distributor
 * does not change. One in a list register becomes pending again at its end, because it is unknown
 * whether the guest has acknowledged it.
 *
 * au-ts/libvmm 0.1.0 drops an interrupt for which it returns false. This libvmm keeps one that the
 * guest has disabled: the caller must not inject it again.
 *
 * @return true: it is in a list register, or waits for one. false: it is not registered for this
 *         vCPU, and nothing changed; or the guest has disabled it or its group, and it stays
 *         pending until the guest enables it
 */
bool virq_inject(size_t vcpu_id, int irq);

/**
 * Registers a hardware interrupt that is passed through to the guest with the same INTID. libvmm
 * acknowledges it to seL4 (microkit_irq_ack) when the guest acknowledges it, or when it is
 * discarded: by GICD_ICPENDR, or by a restart of the guest.
 *
 * @param irq_ch  channel of the <irq> in the system description. A channel has one interrupt.
 * @return false: as for virq_register; or no such channel, or it already has an interrupt
 */
bool virq_register_passthrough(size_t vcpu_id, size_t irq, microkit_channel irq_ch);

/**
 * Injects the interrupt of a channel. Call it from notified().
 *
 * @return as virq_inject; also false for a channel without virq_register_passthrough
 */
bool virq_handle_passthrough(microkit_channel irq_ch);
