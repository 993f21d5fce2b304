/* SPDX-License-Identifier: BSD-2-Clause */
/* linux_setup_images: sources made from a step, and what the call wrote. */
#pragma once

#include "subject.h"

#ifndef IMAGES_SPACE
#define IMAGES_SPACE 0x10000 /* bytes that there are for each source */
#endif

/* Does the step, reports the extents of RAM that were written, gives the call's result. */
uint64_t images_step(const struct step_images *step, void *ram, size_t ram_size);
