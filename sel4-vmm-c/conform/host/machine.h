/* SPDX-License-Identifier: BSD-2-Clause */
/* The fake machine: guest RAM where the VMM and the guest both see it. */
#pragma once

/* Maps guest RAM; ends the program when that address is taken. */
void machine_map(void);
