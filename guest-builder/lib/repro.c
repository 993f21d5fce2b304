/* SPDX-License-Identifier: BSD-2-Clause */
#include "repro.h"
#include "console.h"

void repro(const char *what, uint64_t value)
{
    put_string("repro: ");
    put_string(what);
    put_string(" ");
    put_hex(value);
    put_string("\n");
}

void repro_begin(void)
{
    put_string("repro: begin\n");
}

void repro_end(void)
{
    put_string("repro: end\n");
}
