/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "object.h"

/* Make what the system table says; connect_all() gives out the capabilities to it. */
void create_protection_domains(void);
void create_virtual_machines(void);
void create_connections(void);

/* Has all protection domains start; virtual machines wait for their VMM. */
void create_start(void);

void create_each_thread(void (*visit)(const struct thread *thread));
