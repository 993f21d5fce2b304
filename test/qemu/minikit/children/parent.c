/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stops and starts its child in every possible state, one step at a time. The next step follows
 * when the protection domain of lowest priority reports that nobody else can run.
 */
#include "../common/say.h"
#include "shared.h"

#define CHILD     5
#define CHILD_TCB (BASE_TCB_CAP + CHILD)
#define TO_CHILD  0
#define QUIET     1
#define ENTRY     0x200000

struct shared *shared;

static void order(enum order what)
{
    shared->order = what;
    microkit_notify(TO_CHILD);
}

static void show(const char *step)
{
    say(step);
    say(": notified ");
    say_number(shared->notified);
    say(", answered ");
    say_number(shared->answered);
    say(", went on after a fault ");
    say_number(shared->faulted);
    say("\n");
}

static void step(void)
{
    static unsigned number;
    switch (number++) {
    case 0:
        show("at first");
        microkit_pd_stop(CHILD);
        order(COUNT);
        break;
    case 1:
        show("notified while stopped");
        seL4_TCB_Resume(CHILD_TCB);
        break;
    case 2:
        show("resumed: it waits again, and finds the notification");
        seL4_TCB_Resume(CHILD_TCB);
        break;
    case 3:
        show("resumed while it waits");
        order(CALL);
        break;
    case 4:
        show("stopped while it calls: the answer goes nowhere");
        seL4_TCB_Resume(CHILD_TCB);
        break;
    case 5:
        show("resumed: it calls again");
        order(FAULT);
        break;
    case 6:
        show("fault answered with a label: it stays stopped");
        seL4_TCB_Resume(CHILD_TCB);
        break;
    case 7:
        show("resumed: it faults again, and is not answered");
        order(COUNT);
        break;
    case 8:
        show("notified while it waits for an answer");
        microkit_pd_restart(CHILD, ENTRY);
        break;
    case 9:
        show("restarted");
        seL4_TCB_Suspend(CHILD_TCB);
        seL4_TCB_Suspend(CHILD_TCB);
        order(COUNT);
        break;
    case 10:
        show("stopped twice");
        shared->order = SPIN;
        microkit_pd_restart(CHILD, ENTRY);
        microkit_pd_stop(CHILD);
        break;
    case 11:
        show(shared->spun == 0 ? "stopped before it ran" : "ran although it was stopped");
        finish();
        return;
    default: return;
    }
    microkit_notify(QUIET);
}

void init(void) {}

void notified(microkit_channel ch)
{
    (void)ch;
    step();
}

microkit_msginfo protected(microkit_channel ch, microkit_msginfo info)
{
    static unsigned calls;
    (void)ch;
    say("called: label ");
    say_number(microkit_msginfo_get_label(info));
    say(", MR0 ");
    say_number(microkit_mr_get(0));
    say("\n");
    if (calls++ == 0) {
        microkit_pd_stop(CHILD);
    }
    microkit_mr_set(0, 40 + calls);
    return microkit_msginfo_new(0, 1);
}

seL4_Bool fault(microkit_child child, microkit_msginfo info, microkit_msginfo *reply)
{
    static unsigned faults;
    (void)child;
    say("fault: label ");
    say_number(microkit_msginfo_get_label(info));
    say("\n");
    *reply = microkit_msginfo_new(1, 0);
    return faults++ == 0;
}
