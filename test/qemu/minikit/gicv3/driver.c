/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts of two i.MX UARTs, whose transmitters are always ready: a level interrupt for as long
 * as it is enabled, and an edge each time that one is enabled.
 */
#include "../common/say.h"

#define INPUT_CAP 1
#define LEVEL     5
#define EDGE      9

#define UCR1        0x80
#define UCR1_TRDYEN (1u << 13) /* interrupt while the transmitter is ready */
#define UCR1_UARTEN (1u << 0)
#define UCR2        0x84
#define UCR2_TXEN   (1u << 2)
#define UCR2_SRST   (1u << 0) /* not in reset */

seL4_Word level_uart, edge_uart;

static void write(seL4_Word uart, unsigned offset, unsigned value)
{
    *(volatile unsigned *)(uart + offset) = value;
}

static void ask(seL4_Word uart, seL4_Bool on)
{
    write(uart, UCR1, UCR1_UARTEN | (on ? UCR1_TRDYEN : 0));
}

static void edge(void)
{
    ask(edge_uart, seL4_True);
    ask(edge_uart, seL4_False);
}

/* Waits for an interrupt to arrive, then shows what has arrived. */
static void show(const char *when)
{
    seL4_Word badge = 0;
    for (volatile int i = 0; i < 100000; i++) {
    }
    seL4_Poll(INPUT_CAP, &badge);
    say(when);
    say(": ");
    say_hex(badge);
    say("\n");
}

void init(void)
{
    write(level_uart, UCR2, UCR2_TXEN | UCR2_SRST);
    write(edge_uart, UCR2, UCR2_TXEN | UCR2_SRST);
    show("nothing is on");
    ask(level_uart, seL4_True);
    show("level raised");
    show("not acknowledged");
    microkit_irq_ack(LEVEL);
    show("acknowledged while it is raised");
    ask(level_uart, seL4_False);
    microkit_irq_ack(LEVEL);
    show("acknowledged when it is off");
    microkit_irq_ack(LEVEL);
    show("acknowledged twice");
    edge();
    show("an edge");
    edge();
    show("another before the acknowledgement");
    microkit_irq_ack(EDGE);
    show("acknowledged: the one that has waited");
    microkit_irq_ack(EDGE);
    show("acknowledged again");
    ask(level_uart, seL4_True);
}

void notified(microkit_channel ch)
{
    static unsigned count;
    report("notified by channel", ch);
    if (++count == 3) {
        ask(level_uart, seL4_False);
    }
    microkit_deferred_irq_ack(ch);
}
