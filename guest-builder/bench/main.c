/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The cost of leaving a guest. Each kind of exit is repeated between two reads of the virtual
 * counter, the time of an empty loop is subtracted, and the mean is printed in nanoseconds of
 * virtual time, one line per kind. Under QEMU's
 * `-icount shift=0,sleep=off` one instruction takes one nanosecond, so that these figures are
 * instructions and the same on every run.
 */
#include "console.h"
#include "exception.h"
#include "gic.h"
#include "guest_board.h"
#include "psci.h"
#include "registers.h"
#include <stdbool.h>
#include <stddef.h>

#define ROUNDS                 256u
#define TIMER_ROUNDS           16u
#define TIMER_AHEAD_PER_SECOND 100u /* 10 ms */
#define SGI                    1u
#define NANOSECONDS            1000000000u

#define CNTV_CTL_ENABLE 1u

static volatile bool sgi_handled;
/** When the handler was entered, and when it had ended the interrupt; the second is 0 until then.
 */
static volatile uint64_t timer_entered_at;
static volatile uint64_t timer_ended_at;

static uint64_t now(void)
{
    isb();
    return read_register(cntvct_el0);
}

void handle_irq(void)
{
    uint64_t entered = read_register(cntvct_el0);
    uint32_t acknowledged = gic_acknowledge();

    if ((acknowledged & GIC_INTID) == GUEST_VTIMER_INTID) {
        /* The line must fall before the interrupt is ended, or it is taken again. */
        write_register(cntv_ctl_el0, 0);
        isb();
        gic_end(acknowledged);
        timer_entered_at = entered;
        timer_ended_at = now();
    } else {
        gic_end(acknowledged);
        sgi_handled = true;
    }
}

void handle_exception(struct frame *frame, enum exception_kind kind)
{
    put_string("bench: unexpected exception, kind ");
    put_decimal(kind);
    put_string(" ESR ");
    put_hex(read_register(esr_el1));
    put_string(" ELR ");
    put_hex(frame->elr);
    put_string("\n");
    psci_system_off();
}

static void nothing(void)
{
    __asm__ volatile("" : : : "memory");
}

static void read_iidr(void)
{
    read32(GICD_IIDR);
}

static void write_icenabler(void)
{
    write32(GIC_PRIVATE(GICD_ICENABLER(0)), 0);
}

static void ask_psci_version(void)
{
    smc(PSCI_VERSION, 0, 0, 0);
}

static void sgi_to_self(void)
{
    sgi_handled = false;
    gic_send_to_self(SGI);
    while (!sgi_handled) {
    }
}

/** Ticks of the counter for ROUNDS calls of `body`. */
__attribute__((noinline)) static uint64_t measure(void (*body)(void))
{
    uint64_t begin;

    body();
    begin = now();
    for (unsigned round = 0; round < ROUNDS; round++) {
        body();
    }
    return now() - begin;
}

static void report(const char *name, uint64_t ticks, uint64_t rounds)
{
    uint64_t divisor = rounds * read_register(cntfrq_el0);

    put_string("bench: ");
    put_string(name);
    put_string(" ");
    put_decimal((ticks * NANOSECONDS + divisor / 2) / divisor);
    put_string("\n");
}

/** Prints how late the timer's handler is entered, and how late it has ended the interrupt. */
static void measure_timer(void)
{
    uint64_t ahead = read_register(cntfrq_el0) / TIMER_AHEAD_PER_SECOND;
    uint64_t entered = 0;
    uint64_t ended = 0;

    for (unsigned round = 0; round < TIMER_ROUNDS; round++) {
        uint64_t due = now() + ahead;

        timer_ended_at = 0;
        write_register(cntv_cval_el0, due);
        write_register(cntv_ctl_el0, CNTV_CTL_ENABLE);
        while (timer_ended_at == 0) {
        }
        entered += timer_entered_at - due;
        ended += timer_ended_at - due;
    }
    report("timer_entered", entered, TIMER_ROUNDS);
    report("timer_ended", ended, TIMER_ROUNDS);
}

int main(void)
{
    static const struct {
        const char *name;
        void (*body)(void);
    } exits[] = {
        {"gicd_iidr_read", read_iidr},
        {"gicd_icenabler_write", write_icenabler},
        {"sgi_to_self", sgi_to_self},
        {"psci_version", ask_psci_version},
    };
    uint64_t empty;

    gic_reset();
    gic_enable(SGI);
    gic_enable(GUEST_VTIMER_INTID);
    unmask_interrupts();
    empty = measure(nothing);
    for (size_t i = 0; i < sizeof(exits) / sizeof(exits[0]); i++) {
        report(exits[i].name, measure(exits[i].body) - empty, ROUNDS);
    }
    measure_timer();
    put_string("bench: done\n");
    return 0;
}
