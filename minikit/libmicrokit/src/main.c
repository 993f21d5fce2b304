/* SPDX-License-Identifier: BSD-2-Clause */
/* The main loop of a protection domain: constructors, init(), then an entry point for each event.
 */
#include <microkit.h>

enum {
    INPUT_CAP = 1, /* endpoint, or notification if it serves no calls */
    REPLY_CAP = 4,

    /* Fields of a badge: the child that has faulted, or the channel of a call. */
    BADGE_CHILD_MASK = 0xff,
    BADGE_CHANNEL_MASK = 0x3f,
};

/* The badge of a call, a fault of a child, or a word of notified channels. */
#define BADGE_CALL  (1ul << 63)
#define BADGE_FAULT (1ul << 62)

char microkit_name[MICROKIT_PD_NAME_LENGTH];
seL4_Bool microkit_passive;
seL4_Word microkit_irqs;
seL4_Word microkit_notifications;
seL4_Word microkit_pps;
#if CONFIG_MINIKIT_MICROKIT >= 20100
seL4_Word microkit_ioports; /* set by the tool; there are none on Arm */
#endif

seL4_Bool microkit_have_signal;
seL4_CPtr microkit_signal_cap;
seL4_MessageInfo_t microkit_signal_msg;

#if CONFIG_MINIKIT_MICROKIT < 20300
extern seL4_IPCBuffer __sel4_ipc_buffer_obj; /* microkit.ld */
seL4_IPCBuffer *__sel4_ipc_buffer = &__sel4_ipc_buffer_obj;
#else
/* The tool maps the last page of the address space. */
seL4_IPCBuffer *__sel4_ipc_buffer =
    (seL4_IPCBuffer *)(seL4_UserVSpaceTop & -(1ul << seL4_PageBits));
#endif

extern void (*const __init_array_start[])(void);
extern void (*const __init_array_end[])(void);

static void missing(const char *entry_point)
{
    microkit_dbg_puts(microkit_name);
    microkit_dbg_puts(" is missing the '");
    microkit_dbg_puts(entry_point);
    microkit_dbg_puts("' entry point\n");
    microkit_internal_crash(seL4_NoError);
}

__attribute__((weak)) microkit_msginfo protected(microkit_channel ch, microkit_msginfo msginfo)
{
    (void)ch;
    missing("protected");
    return msginfo;
}

__attribute__((weak)) seL4_Bool fault(microkit_child child, microkit_msginfo msginfo,
                                      microkit_msginfo *reply_msginfo)
{
    (void)child;
    (void)msginfo;
    (void)reply_msginfo;
    missing("fault");
    return seL4_False;
}

static void notify_each(seL4_Word badge)
{
    microkit_channel ch = 0;
    do {
        if (badge & 1) {
            notified(ch);
        }
        ch++;
        badge >>= 1;
    } while (badge != 0);
}

/* Later versions of Microkit also make the deferred call of an entry point that replies. */
static void flush_deferred(void)
{
#if CONFIG_MINIKIT_MICROKIT >= 20300
    if (microkit_have_signal) {
        seL4_Send(microkit_signal_cap, microkit_signal_msg);
        microkit_have_signal = seL4_False;
    }
#endif
}

/* Acknowledges interrupts that arrived before the program was ready (seL4 issue 1536). */
static void acknowledge_interrupts(void)
{
#if CONFIG_MINIKIT_MICROKIT >= 20100
    for (microkit_channel ch = 0; ch <= MICROKIT_MAX_CHANNEL_ID; ch++) {
        if (microkit_irqs >> ch & 1) {
            microkit_irq_ack(ch);
        }
    }
#endif
}

static _Noreturn void serve(void)
{
    seL4_MessageInfo_t reply = seL4_MessageInfo_new(0, 0, 0, 0);
    seL4_Bool have_reply = seL4_False;

    acknowledge_interrupts();

    for (;;) {
        seL4_Word badge;
        seL4_MessageInfo_t received;

        if (have_reply) {
            flush_deferred();
            received = seL4_ReplyRecv(INPUT_CAP, reply, &badge, REPLY_CAP);
        } else if (microkit_have_signal) {
            received = seL4_NBSendRecv(microkit_signal_cap, microkit_signal_msg, INPUT_CAP, &badge,
                                       REPLY_CAP);
            microkit_have_signal = seL4_False;
        } else {
            received = seL4_Recv(INPUT_CAP, &badge, REPLY_CAP);
        }

        have_reply = seL4_False;
        if (badge & BADGE_FAULT) {
            have_reply = fault(badge & BADGE_CHILD_MASK, received, &reply);
        } else if (badge & BADGE_CALL) {
            reply = protected(badge & BADGE_CHANNEL_MASK, received);
            have_reply = seL4_True;
        } else {
            notify_each(badge);
        }
    }
}

void main(void)
{
    for (void (*const *constructor)(void) = __init_array_start; constructor < __init_array_end;
         constructor++) {
        (*constructor)();
    }
    init();
    if (microkit_passive) {
        /* The kernel takes the scheduling context away at this send, so the same system call must
         * wait. */
        microkit_have_signal = seL4_True;
        microkit_signal_msg = seL4_MessageInfo_new(0, 0, 0, 0);
        microkit_signal_cap = MONITOR_EP;
    }
    serve();
}
