/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A fake zlib with given results, for main.c:
 *
 *   unpack SIZE PACKED  INIT RESULT CONSUMED PRODUCED MESSAGE STATE
 *
 * The result of unpack_gzip for a kernel of those sizes, when inflateInit2_ returns INIT, and
 * inflate returns RESULT (32 bits) after so many bytes, with a message or none. STATE: bytes that
 * it allocates.
 */
#include "unpack.h"
#include "commands.h"
#include "zlib_abi.h"
#include <stdio.h>

static const uint64_t *told;

int inflateInit2_(struct zlib_stream *stream, int window_bits, const char *version, int size)
{
    bool right = window_bits == 31 && version[0] == '1' && size == 112 && stream->next_out;
    return right ? (int)told[2] : -6;
}

int inflate(struct zlib_stream *stream, int flush)
{
    if (flush != ZLIB_FINISH || !zcalloc(stream->opaque, 1, (unsigned)told[7]))
        return -4;
    stream->avail_in -= (unsigned)told[4];
    stream->avail_out -= (unsigned)told[5];
    stream->msg = told[6] ? "incorrect data check" : NULL;
    return (int)told[3];
}

void unpack(const uint64_t *n)
{
    static char to[1], from[1];
    told = n;
    const char *problem = unpack_gzip(to, n[0], from, n[1]);
    puts(problem ? problem : "whole");
}
