/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The host tier: a VMM library built for this machine, with a fake kernel and a fake guest. The
 * link is on stdin and stdout. The argument is the version of the guest's GIC: 2 or 3.
 */
#include "link.h"
#include "machine.h"
#include "vcpu.h"
#include <stdlib.h>
#include <unistd.h>

static uint8_t output[1 << 16];
static size_t output_size;

static void flush(void)
{
    size_t at = 0;
    while (at < output_size) {
        ssize_t written = write(STDOUT_FILENO, output + at, output_size - at);
        if (written <= 0)
            exit(0); /* the host has closed the pipe */
        at += (size_t)written;
    }
    output_size = 0;
}

void link_write(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        output[output_size++] = bytes[i];
        if (output_size == sizeof(output))
            flush();
    }
}

int main(int argc, char **argv)
{
    static uint8_t input[1 << 16];
    if (argc > 1)
        gic_version = (unsigned)strtoul(argv[1], NULL, 10);
    machine_map();
    for (;;) {
        ssize_t got = read(STDIN_FILENO, input, sizeof(input));
        if (got <= 0)
            return 0;
        for (ssize_t i = 0; i < got; i++)
            link_receive(input[i]);
        flush();
    }
}
