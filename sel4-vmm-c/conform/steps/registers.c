/* SPDX-License-Identifier: BSD-2-Clause */
#include "registers.h"
#include "report.h"

static const struct form forms[FORM_COUNT] = FORMS;

const struct form *form_of(const struct step_access *step)
{
    return step->form < FORM_COUNT ? &forms[step->form] : 0;
}

uint32_t word_of(const struct step_access *step, const struct form *form)
{
    uint32_t second = form->pair ? (uint32_t)step->rt2 << 10 : 0;
    return form->word | second | (uint32_t)step->rn << 5 | step->rt;
}

static void set(struct registers *registers, unsigned number, uint64_t value)
{
    if (number < GPRS)
        registers->x[number] = value;
}

void set_operands(struct registers *registers, const struct step_access *step,
                  const struct form *form)
{
    uint64_t offset = (uint64_t)(int64_t)form->offset;
    if (form->pair)
        set(registers, step->rt2, ~step->value);
    set(registers, step->rt, step->value);
    set(registers, step->rn,
        form->index == FORM_INDEX_POST ? step->address : step->address - offset);
}

void report_changes(const struct registers *before, const struct registers *after)
{
    for (unsigned i = 0; i < GPRS; i++) {
        if (before->x[i] == after->x[i])
            continue;
        struct event_change event = {EVENT_CHANGE, (uint8_t)i, after->x[i]};
        report(&event, sizeof(event));
    }
    if (before->sp != after->sp) {
        struct event_change event = {EVENT_CHANGE, ZERO_REGISTER, after->sp};
        report(&event, sizeof(event));
    }
}

uint64_t pstate_of(uint8_t state)
{
    enum {
        MASKED = 0x3c0,
        EL1H = 5,
        EL1T = 4,
        EL0T = 0,
        FLAGS_SHIFT = 28
    };
    static const uint8_t modes[] = {EL1H, EL1T, EL0T, EL1H};
    uint64_t order = state & STATE_BIG_ENDIAN ? PSTATE_BIG_ENDIAN : 0;
    return MASKED | modes[state >> 4 & 3] | (uint64_t)(state & 0xf) << FLAGS_SHIFT | order;
}

uint32_t system_register_word(const struct step_sysreg *step)
{
    enum {
        MSR_MRS = 0xd5000000u,
        READ = 1 << 21,
        RT = 2
    };
    return MSR_MRS | (step->write ? 0 : READ) | (uint32_t)step->encoding << 5 | RT;
}
