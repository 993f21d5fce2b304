/* SPDX-License-Identifier: BSD-2-Clause */
#include "steps.h"
#include "images.h"
#include "link.h"
#include "pack.h"
#include "report.h"

struct machine machine;

static const uint8_t step_sizes[256] = STEP_SIZES;

static void result(uint8_t tag, uint64_t value)
{
    struct outcome_result outcome = {OUTCOME_RESULT, value};
    target_called(tag);
    report(&outcome, sizeof(outcome));
}

static void do_init(const struct step_init *step)
{
    result(step->tag, subject_init(step->cpu));
}

static void do_register(const struct step_register *step)
{
    result(step->tag, subject_register(step->vcpu, step->irq, step->ack, step->cookie));
}

static void do_inject(const struct step_inject *step)
{
    result(step->tag, subject_inject(step->vcpu, step->irq));
}

static void do_passthrough(const struct step_passthrough *step)
{
    result(step->tag, subject_register_passthrough(step->vcpu, step->irq, step->channel));
}

static void do_handle(const struct step_handle *step)
{
    result(step->tag, subject_handle_passthrough(step->channel));
}

static void do_start(const struct step_start *step)
{
    target_expect_at(step->pc);
    result(step->tag, subject_start(step->vcpu, step->pc, step->dtb, step->initrd));
}

static void do_stop(const struct step_stop *step)
{
    subject_stop(step->vcpu);
    result(step->tag, 0);
}

static void do_restart(const struct step_restart *step)
{
    result(step->tag, subject_restart(step->vcpu));
}

static void do_handler(const struct step_handler *step)
{
    result(step->tag, subject_register_handler(step->base, step->size, step->id));
}

static void do_images(const struct step_images *step)
{
    result(step->tag, images_step(step, (void *)machine.ram_vaddr, machine.ram_size));
}

static void do_reset(const struct step_reset *step)
{
    machine.vcpus = step->vcpus;
    target_reset(step->page);
    subject_reset(&machine);
    result(step->tag, 1);
}

/* Guest steps must name an existing vCPU. Its number is their first field. */
static bool names_vcpu(const uint8_t *step)
{
    return step[0] < STEP_ACCESS || step[0] > STEP_MAPPED || step[1] < machine.vcpus;
}

#define CASE(tag, type, act) \
    case tag: act((const struct type *)step); break

static bool is_call(uint8_t tag)
{
    return tag >= STEP_INIT && tag <= STEP_IMAGES;
}

static void do_step(const uint8_t *step)
{
    if (is_call(step[0]))
        target_calling(step[0]);
    switch (step[0]) {
        CASE(STEP_INIT, step_init, do_init);
        CASE(STEP_REGISTER, step_register, do_register);
        CASE(STEP_INJECT, step_inject, do_inject);
        CASE(STEP_PASSTHROUGH, step_passthrough, do_passthrough);
        CASE(STEP_HANDLE, step_handle, do_handle);
        CASE(STEP_START, step_start, do_start);
        CASE(STEP_STOP, step_stop, do_stop);
        CASE(STEP_RESTART, step_restart, do_restart);
        CASE(STEP_HANDLER, step_handler, do_handler);
        CASE(STEP_IMAGES, step_images, do_images);
        CASE(STEP_RESET, step_reset, do_reset);
        CASE(STEP_ACCESS, step_access, target_access);
        CASE(STEP_MAPPED, step_mapped, target_mapped);
        CASE(STEP_TAKE, step_take, target_take);
        CASE(STEP_END, step_end, target_end);
        CASE(STEP_DEACTIVATE, step_deactivate, target_deactivate);
        CASE(STEP_SMC, step_smc, target_smc);
        CASE(STEP_SYSREG, step_sysreg, target_sysreg);
        CASE(STEP_WAIT, step_wait, target_wait);
        CASE(STEP_TIMER, step_timer, target_timer);
        CASE(STEP_LINE, step_line, target_line);
    }
}

/* After an incomplete answer, requests that are already in flight must not be executed. */
static bool cut_short;

static size_t do_steps(const uint8_t *payload, size_t size, uint8_t *answer)
{
    uint16_t done = 0;
    size_t at = 0;
    report_begin(answer, LINK_MAX_ANSWER);
    report(&done, sizeof(done));
    while (!cut_short && at < size) {
        size_t bytes = step_sizes[payload[at]];
        if (bytes == 0 || bytes > size - at || !names_vcpu(payload + at))
            break; /* not in this protocol: the host sees that it was not executed */
        if (!report_has_room()) {
            cut_short = true;
            break;
        }
        do_step(payload + at);
        at += bytes;
        done++;
    }
    answer[0] = (uint8_t)done;
    answer[1] = (uint8_t)(done >> 8);
    return report_size();
}

static size_t greet(uint8_t *answer)
{
    struct record_greeting greeting = {
        .tag = RECORD_GREETING,
        .protocol = PROTOCOL_HASH,
        .window = LINK_WINDOW,
        .irq_channels = microkit_irqs,
        .max_request = LINK_MAX_REQUEST,
        .max_answer = LINK_MAX_ANSWER,
        .image_space = IMAGES_SPACE,
    };
    target_greet(&greeting);
    report_begin(answer, LINK_MAX_ANSWER);
    report(&greeting, sizeof(greeting));
    return report_size();
}

static size_t do_packed(const uint8_t *payload, size_t size, uint8_t *answer)
{
    static uint8_t records[LINK_MAX_REQUEST], plain[LINK_MAX_ANSWER];
    size_t bytes = unpack_steps(payload, size, records, sizeof(records));
    return pack_answer(plain, do_steps(records, bytes, plain), answer, LINK_MAX_ANSWER);
}

size_t link_request(uint8_t kind, const uint8_t *payload, size_t size, uint8_t *answer)
{
    if (kind != FRAME_KIND_STEPS && kind != FRAME_KIND_PACKED)
        cut_short = false;
    switch (kind) {
    case FRAME_KIND_OPEN: pack_reset(); return greet(answer);
    case FRAME_KIND_PACKED:
    case FRAME_KIND_PACKED_RESUME: return do_packed(payload, size, answer);
    default: return do_steps(payload, size, answer);
    }
}
