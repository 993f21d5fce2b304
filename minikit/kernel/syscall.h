/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/* Performs the system call in the registers of `current`. */
void syscall_handle(void);
