/* SPDX-License-Identifier: BSD-2-Clause */
/* Loads and stores of the guest. RAM or the CPU interface answers them, or the VMM gets a fault. */
#include "guest.h"
#include <string.h>
#include <vmm_config.h>

enum {
    /* ESR_EL2 */
    EC_DATA_ABORT = 0x24,
    WNR = 1 << 6,
    TRANSLATION_LEVEL_3 = 0x07,
    PERMISSION_LEVEL_3 = 0x0f
};

static bool in(uint64_t address, size_t bytes, uint64_t base, uint64_t size)
{
    return address >= base && bytes <= size && address - base <= size - bytes;
}

static seL4_Word read_gpr(struct vcpu *vcpu, unsigned number)
{
    return number == ZERO_REGISTER ? 0 : *vcpu_gpr(vcpu, number);
}

static void write_gpr(struct vcpu *vcpu, unsigned number, seL4_Word value)
{
    if (number != ZERO_REGISTER)
        *vcpu_gpr(vcpu, number) = value;
}

static seL4_Word extend(const struct form *form, uint64_t raw)
{
    unsigned unused = 64 - form->bytes * 8u;
    if (!form->is_signed)
        return raw << unused >> unused;
    uint64_t value = (uint64_t)((int64_t)(raw << unused) >> unused);
    return form->wide ? value : (uint32_t)value;
}

static uint64_t reversed(uint64_t value, size_t bytes)
{
    return __builtin_bswap64(value) >> (64 - 8 * bytes);
}

/* An access to RAM or the CPU interface, without a fault. Only stores are ever big-endian. */
static void direct(struct vcpu *vcpu, const struct step_access *step, const struct form *form,
                   uint64_t (*load)(uint64_t address, size_t bytes),
                   void (*store)(uint64_t address, size_t bytes, uint64_t value))
{
    unsigned data[] = {step->rt, step->rt2};
    for (unsigned i = 0; i <= form->pair; i++) {
        uint64_t address = step->address + (uint64_t)i * form->bytes;
        uint64_t value = form->load ? load(address, form->bytes) : read_gpr(vcpu, data[i]);
        if (form->load)
            write_gpr(vcpu, data[i], extend(form, value));
        else
            store(address, form->bytes,
                  step->state & STATE_BIG_ENDIAN ? reversed(value, form->bytes) : value);
    }
    if (form->index != FORM_INDEX_NONE)
        write_gpr(vcpu, step->rn, read_gpr(vcpu, step->rn) + (seL4_Word)(int64_t)form->offset);
    vcpu->context.pc += INSTRUCTION;
}

static uint64_t load_memory(uint64_t address, size_t bytes)
{
    uint64_t value = 0;
    bool is_page = in(address, bytes, machine.gicd_ipa, VMM_GICD_SIZE);
    memcpy(&value,
           is_page ? (uint8_t *)machine.gicd_page + (address - machine.gicd_ipa)
                   : guest_ram(address),
           bytes);
    return value;
}

static void store_memory(uint64_t address, size_t bytes, uint64_t value)
{
    memcpy(guest_ram(address), &value, bytes);
}

static struct vcpu *accessing;

static uint64_t load_interface(uint64_t address, size_t bytes)
{
    return bytes == 4 ? gicv_read(&accessing->gicv, (uint32_t)(address - machine.gicc_ipa)) : 0;
}

static void store_interface(uint64_t address, size_t bytes, uint64_t value)
{
    if (bytes == 4)
        gicv_write(&accessing->gicv, (uint32_t)(address - machine.gicc_ipa), (uint32_t)value);
}

void guest_set_operands(size_t id, const struct step_access *step, const struct form *form)
{
    struct vcpu *vcpu = &vcpus[id];
    struct registers registers = registers_of(&vcpu->context);
    set_operands(&registers, step, form);
    for (unsigned i = 0; i < GPRS; i++)
        *vcpu_gpr(vcpu, i) = registers.x[i];
}

void guest_data_abort(size_t id, const struct step_access *step, const struct form *form,
                      uint64_t ipa)
{
    bool on_page = machine.gicd_page && in(ipa, 1, machine.gicd_ipa, VMM_GICD_SIZE);
    uint32_t syndrome = form->syndrome ? form->syndrome | (uint32_t)step->rt << 16 : 0;
    uint32_t esr = (uint32_t)EC_DATA_ABORT << EC_SHIFT | IL | syndrome | (form->load ? 0 : WNR) |
                   (on_page ? PERMISSION_LEVEL_3 : TRANSLATION_LEVEL_3);
    seL4_Word message[seL4_VMFault_Length] = {
        [seL4_VMFault_IP] = vcpus[id].context.pc,
        [seL4_VMFault_Addr] = ipa,
        [seL4_VMFault_FSR] = esr,
    };
    kernel_fault(id, seL4_Fault_VMFault, message, seL4_VMFault_Length);
}

void target_access(const struct step_access *step)
{
    size_t id = step->vcpu;
    const struct form *form = form_of(step);
    if (!form || !guest_begin(id, word_of(step, form), step->state))
        return;
    size_t bytes = (size_t)form->bytes << form->pair;
    struct vcpu *vcpu = &vcpus[id];
    if (step->state & STATE_BIG_ENDIAN)
        vcpu->system[seL4_VCPUReg_SCTLR] |= SCTLR_BIG_ENDIAN;
    guest_set_operands(id, step, form);
    guest_before = vcpu->context;
    accessing = vcpu;
    bool is_page = machine.gicd_page && form->load &&
                   in(step->address, bytes, machine.gicd_ipa, VMM_GICD_SIZE);
    if (is_page || in(step->address, bytes, machine.ram_ipa, machine.ram_size))
        direct(vcpu, step, form, load_memory, store_memory);
    else if (machine.gicc_ipa != 0 && in(step->address, bytes, machine.gicc_ipa, VMM_GICC_SIZE))
        direct(vcpu, step, form, load_interface, store_interface);
    else
        guest_data_abort(id, step, form, step->address);
    kernel_maintenance(id);
    vcpu->system[seL4_VCPUReg_SCTLR] &= ~(seL4_Word)SCTLR_BIG_ENDIAN;
    guest_finish(id);
}
