/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "object.h"

/* Fields of a message tag. */
static inline uint64_t info_label(uint64_t info)
{
    return info >> 12;
}

static inline uint64_t info_length(uint64_t info)
{
    uint64_t length = info & 0x7f;
    return length < seL4_MsgMaxLength ? length : seL4_MsgMaxLength;
}

static inline unsigned info_extra_caps(uint64_t info)
{
    return info >> 7 & 3;
}

/* Word of the IPC buffer where the extra capabilities begin, after tag, message and user data. */
enum {
    IPC_BUFFER_CAPS = 1 + seL4_MsgMaxLength + 1,
};

static inline uint64_t info_new(uint64_t label, uint64_t length)
{
    return label << 12 | length;
}

/* Message register `i` (below seL4_MsgMaxLength); 0 if the thread has no buffer for it. */
static inline uint64_t message_get(const struct thread *thread, unsigned i)
{
    if (i < seL4_FastMessageRegisters) {
        return thread->regs[REG_MR0 + i];
    }
    return thread->ipc_buffer ? thread->ipc_buffer[1 + i] : 0;
}

/* Sets a message register. Returns the length of a message that ends with it. */
static inline unsigned message_set(struct thread *thread, unsigned i, uint64_t value)
{
    if (i < seL4_FastMessageRegisters) {
        thread->regs[REG_MR0 + i] = value;
        return i + 1;
    }
    if (!thread->ipc_buffer) {
        return seL4_FastMessageRegisters;
    }
    thread->ipc_buffer[1 + i] = value;
    return i + 1;
}

/* How a message is sent. */
enum {
    SEND_BLOCK = 1 << 0, /* wait for a receiver; otherwise the message is lost without one */
    SEND_CALL = 1 << 1,  /* wait for the reply */
    SEND_LEND = 1 << 2,  /* lend the scheduling context to a receiver without one */
};

/* `from` sends its message, or its fault if it has one. */
void ipc_send(struct thread *from, struct endpoint *endpoint, uint64_t badge, unsigned how);

/* `thread`, which runs, receives. `reply`, if not NULL, will hold the sender for a reply. */
void ipc_receive(struct thread *thread, struct endpoint *endpoint, struct reply *reply, bool block);

/* `from` replies. Without a waiting caller it does nothing. */
void ipc_reply(struct thread *from, struct reply *reply);

/* Cancels whatever a thread waits for and drops its fault. It becomes INACTIVE. */
void ipc_cancel(struct thread *thread);
