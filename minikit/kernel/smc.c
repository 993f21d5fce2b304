/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SMCs of protection domains. There may be no firmware below minikit, so no SMC is executed. Each
 * returns the result for an unknown function (Arm DEN 0028, 5.2).
 */
#include "smc.h"

#include <sel4/errors.h>
#include <sel4/invocation.h>

#include "answer.h"
#include "console.h"
#include "ipc.h"
#include "sched.h"

enum {
    SMC_REGISTERS = 8,
    SMCCC_NOT_SUPPORTED = -1,
};

int smc_invoke(uint64_t label, uint64_t length)
{
    if (label != ARMSMCCall) {
        return seL4_IllegalOperation;
    }
    if (length < SMC_REGISTERS) {
        return seL4_TruncatedMessage;
    }
    say("minikit|INFO: secure monitor call %x of protection domain '%s' goes nowhere",
        message_get(current, 0), current->name);
    if (!answer_wanted()) {
        return seL4_NoError;
    }
    unsigned answered = message_set(current, 0, (uint64_t)SMCCC_NOT_SUPPORTED);
    for (unsigned i = 1; i < SMC_REGISTERS; i++) {
        answered = message_set(current, i, 0);
    }
    return answer_with(answered);
}
