/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/* Where the upper half begins, with 39 bits of address. */
#define UPPER_HALF 0xffffff8000000000
