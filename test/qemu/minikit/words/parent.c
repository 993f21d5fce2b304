/* SPDX-License-Identifier: BSD-2-Clause */
/* The features new in Microkit 2.1.0 to 2.3.0, as a VMM meets them. */
#include "../common/say.h"

#define SMCCC_VERSION 0x80000000

seL4_Word text, text_size, text_bytes, large, large_size, large_bytes;
seL4_Word interrupt, child_id, from_child;

static void report_file(const char *name, seL4_Word at, seL4_Word size, seL4_Word bytes)
{
    const char *c = (const char *)at;
    report(name, size);
    report("bytes of its file", bytes);
    for (seL4_Word i = 0; i < bytes; i++) {
        microkit_dbg_putc(c[i]);
    }
    seL4_Word others = 0;
    for (seL4_Word i = bytes; i < size; i++) {
        others += c[i] != 0;
    }
    report("bytes behind it that are not 0", others);
}

void init(void)
{
    report_file("region without a size", text, text_size, text_bytes);
    report_file("region with a size", large, large_size, large_bytes);
    report("interrupt", interrupt);
    report("child", child_id);
    report("channel", from_child);

    seL4_ARM_SMCContext args = {.x0 = SMCCC_VERSION, .x1 = 1}, response = {.x0 = 1};
    microkit_arm_smc_call(&args, &response);
    say("parent: the secure monitor call came back\n");

    report("no user capability in slot", microkit_cspace_root_slot_to_cptr(0));
    report("slot 1, its upper bits", microkit_cspace_root_slot_to_cptr(1) >> 58);
    report("slot 63, its upper bits", microkit_cspace_root_slot_to_cptr(63) >> 58);
    report("beyond the root", microkit_cspace_root_slot_to_cptr(64));
}

void notified(microkit_channel ch)
{
    report("notified by channel", ch);
    microkit_pd_stop((microkit_child)child_id);
    say("parent: the child is stopped\n");
    microkit_pd_resume((microkit_child)child_id);
}

seL4_Bool fault(microkit_child child, microkit_msginfo info, microkit_msginfo *reply)
{
    (void)reply;
    report("fault of child", child);
    report("label", microkit_msginfo_get_label(info));
    say("HSR ");
    say_hex(microkit_mr_get(seL4_VCPUFault_HSR));
    say("\n");
    finish();
    return seL4_False;
}
