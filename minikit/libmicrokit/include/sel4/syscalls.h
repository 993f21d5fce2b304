/* SPDX-License-Identifier: BSD-2-Clause */
/* System calls of seL4's MCS kernel. */
#pragma once

#include <sel4/functions.h>
#include <sel4/syscall.h>
#include <sel4/trap.h>
#include <sel4/types.h>

LIBSEL4_INLINE_FUNC seL4_internal_regs seL4_internal_from_buffer(seL4_CPtr dest,
                                                                 seL4_MessageInfo_t info)
{
    seL4_internal_regs regs = {dest, info.words[0], {0, 0, 0, 0}, 0, 0};
    for (int i = 0; i < seL4_FastMessageRegisters; i++) {
        regs.mr[i] = seL4_GetMR(i);
    }
    return regs;
}

LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_internal_to_buffer(seL4_internal_regs regs,
                                                               seL4_Word *sender)
{
    seL4_MessageInfo_t info = {{regs.info}};
    for (int i = 0; i < seL4_FastMessageRegisters; i++) {
        seL4_SetMR(i, regs.mr[i]);
    }
    if (sender != seL4_Null) {
        *sender = regs.dest;
    }
    return info;
}

LIBSEL4_INLINE_FUNC seL4_internal_regs seL4_internal_from_words(seL4_CPtr dest,
                                                                seL4_MessageInfo_t info,
                                                                seL4_Word *mr0, seL4_Word *mr1,
                                                                seL4_Word *mr2, seL4_Word *mr3)
{
    seL4_Word length = seL4_MessageInfo_get_length(info);
    seL4_internal_regs regs = {dest, info.words[0], {0, 0, 0, 0}, 0, 0};
    regs.mr[0] = mr0 != seL4_Null && length > 0 ? *mr0 : 0;
    regs.mr[1] = mr1 != seL4_Null && length > 1 ? *mr1 : 0;
    regs.mr[2] = mr2 != seL4_Null && length > 2 ? *mr2 : 0;
    regs.mr[3] = mr3 != seL4_Null && length > 3 ? *mr3 : 0;
    return regs;
}

LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_internal_to_words(seL4_internal_regs regs,
                                                              seL4_Word *sender, seL4_Word *mr0,
                                                              seL4_Word *mr1, seL4_Word *mr2,
                                                              seL4_Word *mr3)
{
    seL4_MessageInfo_t info = {{regs.info}};
    if (sender != seL4_Null) {
        *sender = regs.dest;
    }
    if (mr0 != seL4_Null) {
        *mr0 = regs.mr[0];
    }
    if (mr1 != seL4_Null) {
        *mr1 = regs.mr[1];
    }
    if (mr2 != seL4_Null) {
        *mr2 = regs.mr[2];
    }
    if (mr3 != seL4_Null) {
        *mr3 = regs.mr[3];
    }
    return info;
}

LIBSEL4_INLINE_FUNC void seL4_Send(seL4_CPtr dest, seL4_MessageInfo_t msgInfo)
{
    seL4_internal_syscall(seL4_SysSend, seL4_internal_from_buffer(dest, msgInfo));
}

LIBSEL4_INLINE_FUNC void seL4_SendWithMRs(seL4_CPtr dest, seL4_MessageInfo_t msgInfo,
                                          seL4_Word *mr0, seL4_Word *mr1, seL4_Word *mr2,
                                          seL4_Word *mr3)
{
    seL4_internal_syscall(seL4_SysSend,
                          seL4_internal_from_words(dest, msgInfo, mr0, mr1, mr2, mr3));
}

LIBSEL4_INLINE_FUNC void seL4_NBSend(seL4_CPtr dest, seL4_MessageInfo_t msgInfo)
{
    seL4_internal_syscall(seL4_SysNBSend, seL4_internal_from_buffer(dest, msgInfo));
}

LIBSEL4_INLINE_FUNC void seL4_NBSendWithMRs(seL4_CPtr dest, seL4_MessageInfo_t msgInfo,
                                            seL4_Word *mr0, seL4_Word *mr1, seL4_Word *mr2,
                                            seL4_Word *mr3)
{
    seL4_internal_syscall(seL4_SysNBSend,
                          seL4_internal_from_words(dest, msgInfo, mr0, mr1, mr2, mr3));
}

LIBSEL4_INLINE_FUNC void seL4_Signal(seL4_CPtr dest)
{
    seL4_internal_syscall_null(seL4_SysSend, dest, 0);
}

LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_Call(seL4_CPtr dest, seL4_MessageInfo_t msgInfo)
{
    seL4_internal_regs regs = seL4_internal_from_buffer(dest, msgInfo);
    return seL4_internal_to_buffer(seL4_internal_syscall(seL4_SysCall, regs),
                                   (seL4_Word *)seL4_Null);
}

LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_CallWithMRs(seL4_CPtr dest, seL4_MessageInfo_t msgInfo,
                                                        seL4_Word *mr0, seL4_Word *mr1,
                                                        seL4_Word *mr2, seL4_Word *mr3)
{
    seL4_internal_regs regs = seL4_internal_from_words(dest, msgInfo, mr0, mr1, mr2, mr3);
    return seL4_internal_to_words(seL4_internal_syscall(seL4_SysCall, regs), (seL4_Word *)seL4_Null,
                                  mr0, mr1, mr2, mr3);
}

LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_ReplyRecv(seL4_CPtr src, seL4_MessageInfo_t msgInfo,
                                                      seL4_Word *sender, seL4_CPtr reply)
{
    seL4_internal_regs regs = seL4_internal_from_buffer(src, msgInfo);
    regs.reply = reply;
    return seL4_internal_to_buffer(seL4_internal_syscall(seL4_SysReplyRecv, regs), sender);
}

LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_ReplyRecvWithMRs(seL4_CPtr src,
                                                             seL4_MessageInfo_t msgInfo,
                                                             seL4_Word *sender, seL4_Word *mr0,
                                                             seL4_Word *mr1, seL4_Word *mr2,
                                                             seL4_Word *mr3, seL4_CPtr reply)
{
    seL4_internal_regs regs = seL4_internal_from_words(src, msgInfo, mr0, mr1, mr2, mr3);
    regs.reply = reply;
    return seL4_internal_to_words(seL4_internal_syscall(seL4_SysReplyRecv, regs), sender, mr0, mr1,
                                  mr2, mr3);
}

LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_NBSendRecv(seL4_CPtr dest, seL4_MessageInfo_t msgInfo,
                                                       seL4_CPtr src, seL4_Word *sender,
                                                       seL4_CPtr reply)
{
    seL4_internal_regs regs = seL4_internal_from_buffer(src, msgInfo);
    regs.reply = reply;
    regs.first = dest;
    return seL4_internal_to_buffer(seL4_internal_syscall(seL4_SysNBSendRecv, regs), sender);
}

LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_NBSendRecvWithMRs(
    seL4_CPtr dest, seL4_MessageInfo_t msgInfo, seL4_CPtr src, seL4_Word *sender, seL4_Word *mr0,
    seL4_Word *mr1, seL4_Word *mr2, seL4_Word *mr3, seL4_CPtr reply)
{
    seL4_internal_regs regs = seL4_internal_from_words(src, msgInfo, mr0, mr1, mr2, mr3);
    regs.reply = reply;
    regs.first = dest;
    return seL4_internal_to_words(seL4_internal_syscall(seL4_SysNBSendRecv, regs), sender, mr0, mr1,
                                  mr2, mr3);
}

LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_NBSendWait(seL4_CPtr dest, seL4_MessageInfo_t msgInfo,
                                                       seL4_CPtr src, seL4_Word *sender)
{
    seL4_internal_regs regs = seL4_internal_from_buffer(src, msgInfo);
    regs.reply = dest;
    return seL4_internal_to_buffer(seL4_internal_syscall(seL4_SysNBSendWait, regs), sender);
}

LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_Recv(seL4_CPtr src, seL4_Word *sender, seL4_CPtr reply)
{
    seL4_internal_regs regs = {src, 0, {0, 0, 0, 0}, reply, 0};
    return seL4_internal_to_buffer(seL4_internal_syscall(seL4_SysRecv, regs), sender);
}

LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_RecvWithMRs(seL4_CPtr src, seL4_Word *sender,
                                                        seL4_Word *mr0, seL4_Word *mr1,
                                                        seL4_Word *mr2, seL4_Word *mr3,
                                                        seL4_CPtr reply)
{
    seL4_internal_regs regs = {src, 0, {0, 0, 0, 0}, reply, 0};
    return seL4_internal_to_words(seL4_internal_syscall(seL4_SysRecv, regs), sender, mr0, mr1, mr2,
                                  mr3);
}

LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_NBRecv(seL4_CPtr src, seL4_Word *sender,
                                                   seL4_CPtr reply)
{
    seL4_internal_regs regs = {src, 0, {0, 0, 0, 0}, reply, 0};
    return seL4_internal_to_buffer(seL4_internal_syscall(seL4_SysNBRecv, regs), sender);
}

LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_Wait(seL4_CPtr src, seL4_Word *sender)
{
    seL4_internal_regs regs = {src, 0, {0, 0, 0, 0}, 0, 0};
    return seL4_internal_to_buffer(seL4_internal_syscall(seL4_SysWait, regs), sender);
}

LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_NBWait(seL4_CPtr src, seL4_Word *sender)
{
    seL4_internal_regs regs = {src, 0, {0, 0, 0, 0}, 0, 0};
    return seL4_internal_to_buffer(seL4_internal_syscall(seL4_SysNBWait, regs), sender);
}

LIBSEL4_INLINE_FUNC seL4_MessageInfo_t seL4_Poll(seL4_CPtr src, seL4_Word *sender)
{
    return seL4_NBWait(src, sender);
}

LIBSEL4_INLINE_FUNC void seL4_Yield(void)
{
    seL4_internal_syscall_null(seL4_SysYield, 0, 0);
}
