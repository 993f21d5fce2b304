/* SPDX-License-Identifier: BSD-2-Clause */
#include "answer.h"

#include <sel4/errors.h>

#include "ipc.h"
#include "sched.h"

static bool is_wanted;
static uint64_t error_details[2];

void answer_begin(bool wanted)
{
    is_wanted = wanted;
}

bool answer_wanted(void)
{
    return is_wanted;
}

int answer_error(int error, uint64_t detail0, uint64_t detail1)
{
    error_details[0] = detail0;
    error_details[1] = detail1;
    return error;
}

static void write_answer(int error, unsigned length)
{
    current->regs[REG_CAP] = 0;
    current->regs[REG_INFO] = info_new((uint64_t)error, length);
}

int answer_with(unsigned length)
{
    write_answer(seL4_NoError, length);
    return ANSWERED;
}

/* Number of message registers of a seL4_Error. */
static unsigned details_of(int error)
{
    switch (error) {
    case seL4_RangeError: return 2;
    case seL4_InvalidArgument:
    case seL4_InvalidCapability: return 1;
    default: return 0;
    }
}

void answer_end(int result)
{
    if (!is_wanted || result == ANSWERED) {
        return;
    }
    unsigned length = details_of(result);
    for (unsigned i = 0; i < length; i++) {
        message_set(current, i, error_details[i]);
    }
    write_answer(result, length);
}
