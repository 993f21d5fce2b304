/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lets its child make one wild system call after the other, and prints the result of each: a fault,
 * an answer, or a wait. The kernel must survive, and behave the same on every SDK.
 */
#include "../common/say.h"
#include "shared.h"

#define CHILD  5
#define ENTRY  0x200000
#define QUIET  1
#define ROUNDS 600
#define BLOCK  100 /* rounds for each line with a digest */

struct shared *shared;

static seL4_Word digest; /* of everything that has been printed */

/* Starts the next round; false when there is none. */
static seL4_Bool next(void)
{
    if (shared->seed % BLOCK == 0) {
        say("digest ");
        say_hex(digest);
        say("\n");
    }
    if (shared->seed == ROUNDS) {
        finish();
        return seL4_False;
    }
    shared->seed++;
    static seL4_UserContext regs;
    regs.pc = ENTRY;
    regs.sp = shared->stack;
    seL4_TCB_WriteRegisters(BASE_TCB_CAP + CHILD, seL4_True, 0, 2, &regs);
    return seL4_True;
}

static void begin_line(const char *what)
{
    say_number(shared->seed);
    say(what);
    digest = mix(mix(digest, shared->seed), (seL4_Uint8)what[1]);
}

/* Names an address by its meaning, because programs are laid out differently on each SDK. */
static void say_word(seL4_Word word)
{
    if (word == shared->pc || word == shared->pc + 4) {
        say(word == shared->pc ? " pc" : " pc+4");
        word -= shared->pc;
    } else if (word == shared->sp) {
        say(" sp");
        word = 1;
    } else {
        say(" ");
        say_hex(word);
    }
    digest = mix(digest, word);
}

static void say_message(microkit_msginfo info)
{
    say(" label");
    say_word(microkit_msginfo_get_label(info));
    seL4_Word hash = 0, count = microkit_msginfo_get_count(info);
    for (seL4_Word i = 0; i < count; i++) {
        if (i < seL4_FastMessageRegisters) {
            say_word(microkit_mr_get((seL4_Uint8)i));
        } else if (microkit_msginfo_get_label(info) > seL4_Fault_VPPIEvent) {
            hash = mix(hash, microkit_mr_get((seL4_Uint8)i));
        }
    }
    say(", words ");
    say_number(count);
    say(", hash");
    say_word(hash);
    say("\n");
}

void init(void) {}

void notified(microkit_channel ch)
{
    if (ch != QUIET) {
        begin_line(" notifies\n");
        return;
    }
    if (shared->done == shared->seed) {
        begin_line(" came back with");
        say_word(shared->result);
        say("\n");
    } else {
        begin_line(" waits\n");
    }
    if (next()) {
        microkit_notify(QUIET);
    }
}

microkit_msginfo protected(microkit_channel ch, microkit_msginfo info)
{
    (void)ch;
    begin_line(" calls:");
    say_message(info);
    microkit_mr_set(0, shared->seed);
    return microkit_msginfo_new(microkit_msginfo_get_label(info) ^ 1, 1);
}

seL4_Bool fault(microkit_child child, microkit_msginfo info, microkit_msginfo *reply)
{
    (void)child;
    (void)reply;
    begin_line(" fault:");
    say_message(info);
    next();
    return seL4_False;
}
