/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "object.h"

/* Create the objects of the system table. connect_all() hands out the capabilities to them. */
void create_protection_domains(void);
void create_virtual_machines(void);
void create_connections(void);

/* Starts all protection domains. Virtual machines wait for their VMM. */
void create_start(void);

void create_each_thread(void (*visit)(const struct thread *thread));
