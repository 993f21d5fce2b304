/* SPDX-License-Identifier: BSD-2-Clause */
/* The fake machine: guest RAM at the same address for VMM and guest. */
#pragma once

/* Maps guest RAM. Exits if the address is in use. */
void machine_map(void);
