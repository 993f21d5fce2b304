/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The serial line of the link. The receiver of a UART has room for 16 to 64 bytes, and the host
 * sends the next requests while one is executed and answered. Whatever takes longer than 16 bytes
 * on the line (1.4 ms at 115200 baud) therefore calls line_poll().
 */
#pragma once

/* Takes over what the UART has received. Does not wait. */
void line_poll(void);

/* The next byte that was received, or -1. */
int line_get(void);
