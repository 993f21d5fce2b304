/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdint.h>

/* The UART as the earlier software has set it up: output only, polled. */
void put_string(const char *text);
void put_decimal(uint64_t value);
/** With 0x, without leading zeros. */
void put_hex(uint64_t value);
