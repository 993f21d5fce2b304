/* SPDX-License-Identifier: BSD-2-Clause */
/* Steps of linux_setup_images: makes the source images, and finds what the call has written. */
#pragma once

#include "subject.h"

#ifndef IMAGES_SPACE
#define IMAGES_SPACE 0x10000 /* bytes for each source image */
#endif

/* Executes the step and reports the extents of RAM that were written. Returns the call's result. */
uint64_t images_step(const struct step_images *step, void *ram, size_t ram_size);
