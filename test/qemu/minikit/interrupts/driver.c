/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A level interrupt (the physical timer's PPI) and one configured as edge (the UART's): what is
 * signalled, what stays pending while unacknowledged, and the effect of an acknowledgement.
 */
#include "../common/say.h"

#define INPUT_CAP 1
#define TIMER     5
#define UART      9

#define UARTIMSC 0x38
#define UARTICR  0x44
#define TX       (1u << 5) /* raised by each character that is sent */

seL4_Word uart;

static void uart_write(unsigned offset, unsigned value)
{
    *(volatile unsigned *)(uart + offset) = value;
}

static void timer_on(seL4_Bool on)
{
    seL4_Word now;
    __asm__ volatile("mrs %0, cntpct_el0" : "=r"(now));
    __asm__ volatile("msr cntp_cval_el0, %0" : : "r"(now));
    __asm__ volatile("msr cntp_ctl_el0, %0; isb" : : "r"((seL4_Word)on));
}

/* Waits for an interrupt to arrive, then shows what has arrived. */
static void show(const char *when)
{
    seL4_Word badge = 0;
    for (volatile int i = 0; i < 100000; i++) {
    }
    seL4_Poll(INPUT_CAP, &badge);
    uart_write(UARTIMSC, 0); /* what is printed here must not count */
    say(when);
    say(": ");
    say_hex(badge);
    say("\n");
}

static void level(void)
{
    show("nothing is on");
    timer_on(seL4_True);
    show("timer on");
    show("not acknowledged");
    microkit_irq_ack(TIMER);
    show("acknowledged while it is raised");
    timer_on(seL4_False);
    microkit_irq_ack(TIMER);
    show("acknowledged when it is off");
    microkit_irq_ack(TIMER);
    show("acknowledged twice");
}

static void edge(void)
{
    uart_write(UARTICR, TX);
    uart_write(UARTIMSC, TX);
    uart_write(0, ' ');
    show("a character sent");
    microkit_irq_ack(UART);
    show("acknowledged while it is raised");
    uart_write(UARTICR, TX);
    uart_write(UARTIMSC, TX);
    uart_write(0, ' ');
    show("another one");
    uart_write(UARTICR, TX);
    uart_write(UARTIMSC, TX);
    uart_write(0, ' ');
    show("another one before the acknowledgement");
    microkit_irq_ack(UART);
    show("acknowledged: the one that has waited");
    microkit_irq_ack(UART);
    show("acknowledged again");
}

void init(void)
{
    level();
    edge();
    timer_on(seL4_True);
}

void notified(microkit_channel ch)
{
    static unsigned count;
    report("notified by channel", ch);
    if (++count == 3) {
        timer_on(seL4_False);
        finish();
    }
    microkit_deferred_irq_ack(ch);
}
