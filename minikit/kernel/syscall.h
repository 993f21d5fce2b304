/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/* Does the system call that `current` asks for in its registers. */
void syscall_handle(void);
