/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest of differential runs. Programs arrive on the console, each is executed without
 * interruption, and everything that a system could observe of it is returned.
 */
#include "batch.h"
#include "context.h"
#include "interrupts.h"
#include "link.h"
#include "machine.h"
#include "program.h"
#include "registers.h"
#include "start.h"
#include "sysregs.h"
#include "tables.h"
#include "uart.h"

/* Rounds between two polls of the console while nothing has arrived, so that the emulator of the
 * UART can make progress. */
#define IDLE_ROUNDS 2000

#define MAX_BATCH 64u

struct area areas[MAX_CPUS] __attribute__((aligned(AREA_SIZE)));

extern const char _start[], _image_end[], vectors[], vectors_end[];

static uint8_t answer[LIMIT_MAX_ANSWER];

/* Called by head.S with the MMU off. */
void prepare(const void *dtb)
{
    uint64_t begin = (uint64_t)_start;
    uint64_t size = (uint64_t)(_image_end - _start);
    bool has_tree = machine_read(dtb, begin);

    if (!has_tree || machine.uart_kind == UART_NONE) {
        for (;;) {
            __asm__ volatile("wfi"); /* there is no console for a message */
        }
    }
    if (machine.gic_version == 0 || begin + size > machine.ram.base + machine.ram.size) {
        uart_start(0);
        uart_text(machine.gic_version == 0
                      ? "differential: no interrupt controller that this guest knows\n"
                      : "differential: not enough RAM for this guest\n");
        for (;;) {
            __asm__ volatile("wfi");
        }
    }
    tables_build();
}

/* An exception outside an act: reports what is known about it, and ends. */
static void fail(void)
{
    uart_text("\ndifferential: exception in the guest itself: ESR ");
    uart_hex(read_register(esr_el1));
    uart_text(" ELR ");
    uart_hex(read_register(elr_el1));
    uart_text(" FAR ");
    uart_hex(read_register(far_el1));
    uart_text("\n");
    for (;;) {
        __asm__ volatile("wfi");
    }
}

void start_vectors(struct area *area)
{
    for (size_t i = 0; i < (size_t)(vectors_end - vectors); i++) {
        area->vectors[i] = (uint8_t)vectors[i];
    }
    for (size_t i = 0; i < sizeof(area->vectors); i += 64) {
        __asm__ volatile("dc cvau, %0" : : "r"(area->vectors + i) : "memory");
    }
    __asm__ volatile("dsb ish; ic ialluis; dsb ish; isb" : : : "memory");
    area->context.fail = (uint64_t)fail;
    write_register(vbar_el1, (uint64_t)area->vectors);
    isb();
}

static void greet(uint16_t session, uint16_t number)
{
    struct writer out = {.at = answer, .end = answer + sizeof(answer)};

    write_number(&out, PROTOCOL_HASH);
    write_number(&out, machine.gic_version);
    write_number(&out, machine.cpus);
    write_number(&out, machine.has_psci ? 1u + machine.psci_by_hvc : 0u);
    write_number(&out, read_register(midr_el1));
    write_number(&out, machine.ram.base);
    write_number(&out, machine.ram.size);
    link_send(session, number, KIND_GREETING, answer, (size_t)(out.at - answer));
}

static void run(const struct request *request)
{
    struct reader program = {.at = request->payload, .end = request->payload + request->size};
    struct writer log = {.at = answer, .end = answer + sizeof(answer)};
    uint8_t refused;

    if (request->kind == KIND_MEMBER &&
        !batch_program((uint32_t)read_bytes(&program, 4), &program)) {
        refused = REFUSED_BATCH;
    } else {
        refused = program_run(program, &log);
    }

    if (refused != 0) {
        link_send(request->session, request->number, KIND_REFUSED, &refused, 1);
    } else {
        link_send(request->session, request->number, KIND_LOG, answer, (size_t)(log.at - answer));
    }
}

/* The digests of some programs of the batch, in the order of their numbers. */
static void run_batch(const struct request *request)
{
    static uint8_t digests[4 * MAX_BATCH];
    struct reader asked = {.at = request->payload, .end = request->payload + request->size};
    struct writer out = {.at = digests, .end = digests + sizeof(digests)};
    uint32_t first = (uint32_t)read_bytes(&asked, 4);
    uint32_t count = (uint32_t)read_bytes(&asked, 4);

    for (uint32_t number = first; number - first < count && number - first < MAX_BATCH; number++) {
        struct writer log = {.at = answer, .end = answer + sizeof(answer), .digest = true};
        struct reader program;
        uint8_t refused = REFUSED_BATCH;
        uint32_t crc;

        if (batch_program(number, &program)) {
            refused = program_run(program, &log);
        }
        if (refused != 0) {
            link_send(request->session, request->number, KIND_REFUSED, &refused, 1);
            return;
        }
        crc = link_crc(UINT32_MAX, answer, (size_t)(log.at - answer));
        for (unsigned shift = 0; shift < 32; shift += 8) {
            write_u8(&out, (uint8_t)(crc >> shift));
        }
    }
    link_send(request->session, request->number, KIND_DIGESTS, digests, (size_t)(out.at - digests));
}

_Noreturn void run_first_cpu(void)
{
    struct request request;

    uart_start(HIGH_HALF);
    link_start();
    start_vectors(&areas[0]);
    interrupts_start();
    sysregs_start();
    program_start();
    batch_start();
    greet(0, 0);
    for (;;) {
        int byte = uart_get();

        if (byte < 0) {
            for (volatile unsigned i = 0; i < IDLE_ROUNDS; i++) {
            }
            continue;
        }
        if (!link_receive((uint8_t)byte, &request)) {
            continue;
        }
        if (request.kind == KIND_OPEN) {
            greet(request.session, request.number);
        } else if (request.kind == KIND_PROGRAM || request.kind == KIND_MEMBER) {
            run(&request);
        } else if (request.kind == KIND_BATCH) {
            run_batch(&request);
        }
    }
}
