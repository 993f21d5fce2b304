/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Prints every fault message of its child with its label and registers. Then resumes the child if
 * an answer can do that, or starts it again for the next fault.
 */
#include "../common/say.h"
#include "shared.h"

#define CHILD 5
#define ENTRY 0x200000
#define FLAGS 0xf0000000ul /* N Z C V, which the compiler has set as it likes */

struct shared *shared;

static const char *const names[WRONGS] = {
    "read unmapped",
    "write unmapped",
    "read NULL",
    "read beyond 40 bits",
    "write code",
    "run unmapped",
    "run data",
    "run misaligned",
    "undefined",
    "breakpoint",
    "hvc",
    "smc",
    "system register",
    "virtual counter",
    "unknown system call",
    "send to no slot",
    "receive from empty slot",
    "receive without reply",
    "wait on another's notification",
    "extra capability of no slot",
};

/* Names an address by its meaning, because programs are laid out differently on each SDK. */
static void say_word(seL4_Word word)
{
    if (word == shared->pc) {
        say("pc");
    } else if (word == shared->pc + 4) {
        say("pc+4");
    } else if (word == shared->sp) {
        say("sp");
    } else {
        say_hex(word);
    }
}

static void show(microkit_msginfo info)
{
    seL4_Word label = microkit_msginfo_get_label(info);
    seL4_Word count = microkit_msginfo_get_count(info);
    say(names[shared->wrong]);
    say(": label ");
    say_number(label);
    say(",");
    for (seL4_Word i = 0; i < count; i++) {
        seL4_Word word = microkit_mr_get((seL4_Uint8)i);
        seL4_Bool is_spsr = (label == seL4_Fault_UnknownSyscall && i == seL4_UnknownSyscall_SPSR) ||
                            (label == seL4_Fault_UserException && i == seL4_UserException_SPSR);
        say(" ");
        say_word(is_spsr ? word & ~FLAGS : word);
    }
    say("\n");
}

static void next(void)
{
    if (++shared->wrong < WRONGS) {
        microkit_pd_restart(CHILD, ENTRY);
    } else {
        finish();
    }
}

void init(void)
{
    shared->wrong = 0;
}

void notified(microkit_channel ch)
{
    (void)ch;
    say("  went on with x0 ");
    say_hex(shared->x0);
    say(", x1 ");
    say_hex(shared->x1);
    say("\n");
    next();
}

seL4_Bool fault(microkit_child child, microkit_msginfo info, microkit_msginfo *reply)
{
    static seL4_Bool again;
    if (child != CHILD) {
        report("fault of child", child);
    }
    show(info);
    switch (microkit_msginfo_get_label(info)) {
    case seL4_Fault_UnknownSyscall:
        if (!again) {
            /* An answer without registers: the system call is made again. */
            again = seL4_True;
            *reply = microkit_msginfo_new(0, 0);
            return seL4_True;
        }
        microkit_mr_set(seL4_UnknownSyscall_X0, 0x1000);
        microkit_mr_set(seL4_UnknownSyscall_X1, 0x1001);
        microkit_mr_set(seL4_UnknownSyscall_FaultIP, shared->pc + 4);
        *reply = microkit_msginfo_new(0, seL4_UnknownSyscall_FaultIP + 1);
        return seL4_True;
    case seL4_Fault_UserException:
        if (shared->wrong == UNDEFINED) {
            microkit_mr_set(seL4_UserException_FaultIP, shared->pc + 4);
            *reply = microkit_msginfo_new(0, 1);
            return seL4_True;
        }
        break;
    default: break;
    }
    next();
    return seL4_False;
}
