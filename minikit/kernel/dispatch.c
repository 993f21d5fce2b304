/* SPDX-License-Identifier: BSD-2-Clause */
/* The end of each entry into the kernel: chooses the next thread and switches to it. */
#include "dispatch.h"

#include "irq.h"
#include "sched.h"
#include "switch.h"

struct thread *dispatch(void)
{
    if (sched_is_settled()) {
        return current;
    }
    struct thread *next = sched_choose();
    while (!next) {
        switch_to_nobody();
        sched_go_on(NULL);
        wait_for_interrupt();
        irq_handle();
        next = sched_choose();
    }
    if (next != current) {
        switch_to(next);
    }
    sched_go_on(next);
    return next;
}
